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
