"""Coming on file in Chromium: to the end, by keyboard alone, without JavaScript, and in two browsers."""

import pytest

from tests.apply.browser import rows


@pytest.fixture
def invited(walk):
    return rows.invite(walk)


def fill(page, number):
    page.get_by_label("First names").fill("Bea Ann")
    page.get_by_label("Last name").fill("Newcomer")
    page.get_by_label("Day").fill("27")
    page.get_by_label("Month").fill("3")
    page.get_by_label("Year").fill("1985")
    page.get_by_label("National Insurance number").fill(number)


def prove(walk, email, link):
    walk.open(link)
    walk.at("apply")
    walk.press()
    walk.at("apply-code")
    walk.page.get_by_label("Code from the email").fill(walk.portal.code(email))
    walk.press()
    return walk.at("apply-details")


def test_from_the_link_to_what_comes_next(walk, invited):
    email, link = invited
    page = prove(walk, email, link)
    walk.press()
    page.wait_for_selector(".nhsuk-error-summary:focus")
    page.get_by_role("link", name="Enter your date of birth").click()
    assert page.evaluate("document.activeElement.name") == "date_of_birth_0"
    fill(page, rows.number())
    walk.press()
    walk.at("apply-sent")
    page.get_by_role("heading", name="We have your details").wait_for()
    walk.portal.wait_for_mail(email, "we have your details")
    walk.open(link)
    page.get_by_role("heading", name="We have your details").wait_for()  # this browser's own


def test_who_is_on_file_goes_straight_on_to_add_an_authenticator(walk):
    page = prove(walk, *rows.invite(walk, email=walk.email))
    fill(page, walk.number)
    walk.press()
    page.wait_for_selector('body[data-page="apply-sent"][data-reason="found"]')
    page.get_by_role("button", name="Add an authenticator").click()
    walk.at("choose")
    walk.from_choose_to_last()
    walk.from_last_to_done()
    walk.portal.wait_for_mail(walk.email, "added")


def tab_to(page, name):
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name || document.activeElement.innerText") == name:
            return
    raise AssertionError(f"no Tab leads to {name}")


def test_by_keyboard_alone(walk, invited):
    email, link = invited
    walk.open(link)
    tab_to(walk.page, "Continue")
    walk.page.keyboard.press("Enter")
    walk.at("apply-code")
    tab_to(walk.page, "code")
    walk.page.keyboard.type(walk.portal.code(email))
    walk.page.keyboard.press("Enter")
    walk.at("apply-details")
    typed = {"given_name": "Bea", "family_name": "Newcomer", "date_of_birth_0": "27", "date_of_birth_1": "3"}
    typed |= {"date_of_birth_2": "1985", "national_insurance_number": rows.number()}
    for name, text in typed.items():
        tab_to(walk.page, name)
        walk.page.keyboard.type(text)
    walk.page.keyboard.press("Enter")
    walk.at("apply-sent")


def test_without_javascript_and_with_another_code(walk, invited, browser):
    email, link = invited
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(walk.portal.url + link)
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Send another code").click()
        page.get_by_text("You can ask for another code in").first.wait_for()
        page.get_by_label("Code from the email").fill(walk.portal.code(email))
        page.get_by_role("button", name="Continue").click()
        fill(page, rows.number())
        page.get_by_role("button", name="Continue").click()
        page.wait_for_selector('body[data-page="apply-sent"]')


def test_a_second_browser_takes_over(walk, invited, browser):
    prove(walk, *invited)
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(walk.portal.url + invited[1])
        page.get_by_role("button", name="Continue").click()
        page.wait_for_selector('body[data-page="apply-code"]')
        walk.press()
        walk.page.get_by_role("heading", name="Open the link in your email again").wait_for()


def test_two_quick_presses_send_one_code(walk, invited):
    email, link = invited
    walk.open(link)
    walk.page.evaluate("() => { const f = document.querySelector('main form'); f.requestSubmit(); f.requestSubmit(); }")
    walk.at("apply-code")
    walk.page.get_by_label("Code from the email").fill(walk.portal.code(email))
    walk.press()
    walk.at("apply-details")
    assert len(walk.portal.mails(email, "code")) == 1


def test_somebody_asks_to_be_invited(walk):
    walk.portal.query("UPDATE careid_organisation SET ra_email = 'ra@example.nhs.uk' WHERE code = 'RX1' RETURNING 1")
    walk.open("/help/find-your-ra/?q=RX1")
    walk.page.get_by_role("link", name="Ask to be invited to apply").click()
    walk.at("apply-ask")
    walk.page.get_by_label("Your full name").fill("Bea Asking")
    walk.press()
    walk.page.get_by_role("heading", name="We have passed it on").wait_for()
    assert "Bea Asking" in walk.portal.wait_for_mail("ra@example.nhs.uk", "asks to be invited").get_content()
