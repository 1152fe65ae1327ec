"""Somebody signs in with an app, and gets over a forgotten password: by the keyboard alone, and without JavaScript."""

import pytest

from tests.authenticators.totp.walking import forget, prove, type_it
from tests.authenticators.totp.way import PASSWORD

NEW = "kettle violin March umbrella"


@pytest.fixture
def plain(walk, phone, browser):
    """The same person, in a browser without JavaScript and 320 px wide."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 900})
    walk.page = context.new_page()
    yield walk
    context.close()


def tab_to(page, selector):
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_the_keyboard_alone_signs_in(walk, phone):
    page, keys = walk.page, walk.page.keyboard
    walk.open("/sign-in/")
    walk.at("sign-in")
    for selector, text in (("#id_email", walk.email), ("#id_password", PASSWORD)):
        tab_to(page, selector)
        keys.type(text)
    keys.press("Enter")
    walk.at("sign-in-code")
    tab_to(page, "#id_code")
    keys.type(phone.code())
    keys.press("Enter")
    walk.at("account")
    assert "new browser" in walk.portal.wait_for_mail(walk.email, "new browser")["Subject"]


def test_without_javascript_a_new_password_is_made_and_signs_in(plain, phone):
    walk, page = plain, plain.page
    walk.open("/sign-in/")
    page.get_by_role("link", name="I have forgotten my password").click()
    forget(walk)
    walk.at("forgotten-code").get_by_label("Code from the email").fill(walk.portal.code(walk.email, 2))
    walk.press()
    prove(walk, phone.code(), at="forgotten-app")
    walk.at("forgotten-password")
    page.locator("#id_password").fill(NEW)
    page.locator("#id_confirm_password").fill(NEW)
    walk.press()
    page.get_by_role("heading", name="You have a new password").wait_for()
    assert "/not-me/" in walk.portal.wait_for_mail(walk.email, "new password").get_content()
    page.get_by_role("button", name="Sign in").click()
    type_it(walk, walk.email, NEW)
    prove(walk, phone.code())
    walk.at("account")
