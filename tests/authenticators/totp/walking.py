"""An app, added in Chromium."""

from tests.authenticators.totp import way


def to_last(walk):
    page = walk.at("totp")
    page.get_by_label("Only I have access to this app").check()
    walk.press()
    walk.at("totp-password")
    page.locator("#id_password").fill(way.PASSWORD)
    page.locator("#id_confirm_password").fill(way.PASSWORD)
    walk.press()
    return walk.at("totp-app")


def app_code(walk):
    return way.code(walk.page.content())


def finish(walk):
    walk.page.get_by_label("Code that the app shows").fill(app_code(walk))
    walk.press()


def type_it(walk, email, password):
    """Address and password, on the page of the ways."""
    page = walk.at("sign-in")
    page.locator("#id_email").fill(email)
    page.locator("#id_password").fill(password)
    walk.press()


def prove(walk, code, at="sign-in-code"):
    """The app's code."""
    walk.at(at).get_by_label("Code that the app shows").fill(code)
    walk.press()


def forget(walk):
    """Ask for a new password."""
    walk.at("forgotten").get_by_label("Email address").fill(walk.email)
    walk.press()
