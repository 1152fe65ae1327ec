"""The whole way in a real browser, each page looked at."""

import pytest

from tests import kinds
from tests.browser.walk import Walk


def errors(page):
    return page.locator(".nhsuk-error-summary")


@pytest.mark.parametrize(
    "path",
    [
        "/problem/",
        "/expired/",
        "/help/accessibility/",
        "/help/cookies/",
        "/help/privacy/",
        "/help/services/",
        "/help/find-your-ra/?q=riverside",
        "/nothing/",
    ],
)
def test_the_pages_around_are_looked_at(path, page, portal):
    walk = Walk(page, portal, ("", ""))
    walk.open(path)
    walk.look(path.strip("/").replace("/", "-").partition("?")[0])
    if "q=" in path:
        assert "01632 960200" in page.locator("main").inner_text()


def test_the_lock_says_until_when(walk):
    for _ in range(6):
        walk.to_details()
        walk.details(number="PP999999D")
        walk.at("code")
    walk.to_details()
    walk.details(number="PP999999D")
    walk.at("locked")
    walk.look("locked")


def test_it_works_without_javascript(browser, portal, someone):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 900})
    try:
        walk = Walk(context.new_page(), portal, someone)
        walk.to_details()
        walk.at("details")
        walk.page.get_by_label("Email address").fill(walk.email)
        before = walk.page.locator('input[name="captcha_0"]').input_value()
        walk.press("Show another picture")
        walk.at("details")
        assert walk.page.get_by_label("Email address").input_value() == walk.email
        assert walk.page.locator('input[name="captcha_0"]').input_value() != before
        walk.details()
        walk.code()
        walk.at("choose")
        walk.from_choose_to_last()
        walk.from_last_to_done()
    finally:
        context.close()


def test_another_picture_comes_without_losing_what_was_typed(walk):
    page = walk.page
    walk.to_details()
    walk.at("details")
    page.get_by_label("Email address").fill("half.typed")
    before = page.locator('input[name="captcha_0"]').input_value()
    walk.press("Show another picture")
    page.wait_for_function("before => document.querySelector('input[name=captcha_0]').value !== before", arg=before)
    assert page.get_by_label("Email address").input_value() == "half.typed"
    assert page.evaluate("document.activeElement.id") == "id_captcha_1"


def test_two_minutes_before_the_end_the_page_says_so_and_gives_more_time(walk):
    walk.page.clock.install()
    walk.to_details()
    walk.details()
    page = walk.at("code")
    page.get_by_label("Code from the email").fill("12")
    page.clock.run_for(13 * 60 * 1000 + 5000)
    stay = page.get_by_role("button", name="Stay on this page")
    stay.wait_for(state="visible")
    walk.look("timeout")
    stay.click()
    stay.wait_for(state="hidden")
    assert page.get_by_label("Code from the email").input_value() == "12"


def test_each_page_tells_an_error_in_a_summary_that_takes_the_focus(walk):
    page = walk.page
    walk.to_details()
    walk.at("details")
    walk.press()
    walk.look("details-error")
    assert page.title().startswith("Error: ")
    assert errors(page).locator("a").count() == 3
    assert page.evaluate("document.activeElement.classList.contains('nhsuk-error-summary')")
    errors(page).locator("a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_email"
    walk.details(picture="wrong")
    walk.at("details")
    walk.look("details-picture-error")
    assert page.get_by_label("Email address").input_value() == walk.email
    walk.details()
    walk.at("code")
    walk.page.get_by_label("Code from the email").fill("000000")
    walk.press()
    walk.at("code")
    walk.look("code-error")
    again = page.get_by_role("button", name="Send another code")
    assert again.is_disabled()  # by a script, until its wait is over; without one the page says so
    again.evaluate("button => button.form.submit()")
    walk.look("code-too-soon")
    walk.code()
    walk.at("choose")
    walk.press()
    walk.look("choose-error")


def test_after_adding_it_is_named_undone_and_another_is_asked_for(walk):
    page = walk.to_done()
    page.get_by_label("Give it a name").fill("Work phone")
    walk.press("Save the name")
    assert "Work phone" in walk.at("done").locator("main").inner_text()
    page.go_back()
    page.goto(walk.portal.url + kinds.last_page(walk.kind))
    walk.at("done")
    walk.press("Remove it")
    walk.at("undo")
    walk.look("undo")
    walk.press("Remove it now")
    walk.at("done")
    walk.look("done-removed")
    assert "added" not in page.locator("h1").inner_text().lower()
    walk.press("Add another")
    walk.code()
    walk.at("choose")
