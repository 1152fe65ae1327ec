"""Each page of signing in with an app, and of a forgotten password, as a designer and a screen reader see it."""

from tests.authenticators.totp.walking import forget, prove, type_it
from tests.authenticators.totp.way import PASSWORD

NEW = "kettle violin March umbrella"


def test_each_page_of_signing_in_is_looked_at(walk, phone):
    page = walk.page
    walk.open("/sign-in/")
    walk.at("sign-in")
    walk.look("sign-in")
    type_it(walk, walk.email, "")
    walk.look("sign-in-error")
    type_it(walk, walk.email, PASSWORD)
    walk.at("sign-in-code")
    walk.look("sign-in-code")
    page.get_by_text("I cannot get a code").click()
    walk.look("sign-in-code-no-code")
    walk.press()
    walk.look("sign-in-code-error")
    prove(walk, phone.wrong())
    walk.at("sign-in")
    walk.look("sign-in-wrong")
    for _ in range(4):
        type_it(walk, walk.email, PASSWORD)
        prove(walk, phone.wrong())
        walk.at("sign-in")
    type_it(walk, walk.email, PASSWORD)
    prove(walk, phone.wrong())
    walk.at("locked")
    walk.look("sign-in-locked")


def test_each_page_of_a_forgotten_password_is_looked_at(walk, phone):
    page = walk.page
    walk.open("/sign-in/")
    page.get_by_role("link", name="I have forgotten my password").click()
    walk.at("forgotten")
    walk.look("forgotten")
    walk.press()
    walk.look("forgotten-error")
    forget(walk)
    walk.at("forgotten-code")
    page.get_by_text("I have lost the app").click()
    walk.look("forgotten-code")
    walk.press()
    walk.look("forgotten-code-error")
    page.get_by_label("Code from the email").fill(walk.portal.code(walk.email, 2))
    walk.press()
    walk.at("forgotten-app")
    walk.look("forgotten-app")
    prove(walk, phone.wrong(), at="forgotten-app")
    walk.look("forgotten-app-error")
    prove(walk, phone.code(), at="forgotten-app")
    walk.at("forgotten-password")
    walk.look("forgotten-password")
    walk.press()
    walk.look("forgotten-password-error")
    page.locator("#id_password").fill(NEW)
    page.locator("#id_confirm_password").fill(NEW)
    walk.press()
    page.get_by_role("heading", name="You have a new password").wait_for()
    walk.look("forgotten-done")
