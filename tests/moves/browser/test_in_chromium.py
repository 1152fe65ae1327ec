"""A person's way through a move in Chromium: to the end, by keyboard alone, and without JavaScript."""

import pytest

from tests.moves.browser import rows


@pytest.fixture
def path(walk):
    return rows.person(walk, rows.move(walk)[0], on_file=True)


def at(walk, reason):
    walk.page.wait_for_selector(f'body[data-page="move"][data-reason="{reason}"]')


def test_from_the_mail_to_being_ready(walk, path):
    walk.open(path)
    at(walk, "add")
    walk.page.get_by_role("button", name="Add an authenticator").click()
    walk.at("start")
    walk.to_done()
    walk.open(path)
    at(walk, "ready")
    walk.page.get_by_role("heading", name="You are ready").wait_for()


def tab_to(walk, words):
    for _ in range(60):
        walk.page.keyboard.press("Tab")
        if walk.page.evaluate("document.activeElement.innerText || document.activeElement.name || ''") == words:
            return
    raise AssertionError(f"no Tab leads to {words}")


def test_by_keyboard_alone_a_call_is_asked_for(walk, path):
    walk.open(path)
    at(walk, "add")
    tab_to(walk, "I want a call")
    walk.page.keyboard.press("Enter")
    tab_to(walk, "when")
    walk.page.keyboard.press("Enter")
    walk.page.wait_for_selector(".nhsuk-error-summary:focus")
    tab_to(walk, "Say when we can call you, and on which number")
    walk.page.keyboard.press("Enter")
    assert walk.page.evaluate("document.activeElement.name") == "when"
    walk.page.keyboard.type("Tuesday after 2pm")
    walk.page.keyboard.press("Enter")
    walk.page.get_by_text("You asked for a call.").wait_for()


def test_by_keyboard_alone_somebody_says_no_and_takes_it_back(walk, path):
    walk.open(path)
    tab_to(walk, "This does not fit me")
    walk.page.keyboard.press("Enter")
    tab_to(walk, "answer")
    for key in ("Space", "ArrowDown", "ArrowDown"):
        walk.page.keyboard.press(key)
    tab_to(walk, "Send this answer")
    walk.page.keyboard.press("Enter")
    at(walk, "no")
    assert "I no longer need access" in walk.page.inner_text("main")
    tab_to(walk, "Take my answer back")
    walk.page.keyboard.press("Enter")
    at(walk, "add")


def test_without_javascript_each_press_works(walk, browser, path):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(walk.portal.url + rows.person(walk, rows.move(walk)[0], way="smartcard"))
        page.get_by_role("button", name="I keep my smartcard").click()
        page.wait_for_selector('body[data-reason="kept"]')
        page.goto(walk.portal.url + path)
        page.get_by_text("I want a call").click()
        page.get_by_role("button", name="Ask for a call").click()
        page.wait_for_selector(".nhsuk-error-summary")
        page.get_by_label("When can we call you").fill("Tuesday")
        page.get_by_role("button", name="Ask for a call").click()
        page.get_by_text("You asked for a call.").wait_for()
        page.get_by_text("Change your answer").or_(page.get_by_text("This does not fit me")).click()
        page.get_by_label("I have MFA and do not want it").check()
        page.get_by_role("button", name="Send this answer").click()
        page.wait_for_selector('body[data-reason="no"]')


def test_of_two_tabs_the_last_press_counts_and_both_tell_it(walk, path):
    walk.open(path)
    other = walk.page.context.new_page()
    other.goto(walk.portal.url + path)
    for page, label in ((walk.page, "I have MFA and do not want it"), (other, "I no longer need access")):
        page.get_by_text("This does not fit me").click()
        page.get_by_label(label).check()
        page.get_by_role("button", name="Send this answer").click()
        page.wait_for_selector('body[data-reason="no"]')
    walk.page.reload()
    assert "I no longer need access" in walk.page.inner_text("main")
    other.close()
