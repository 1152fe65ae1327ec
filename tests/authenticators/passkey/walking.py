"""A passkey, made and used by one of Chromium's virtual authenticators."""

from tests.browser.walk import plug_in


def to_last(walk, place="This device"):
    walk.at("passkey").get_by_label(place, exact=True).check()
    walk.page.get_by_label("Only I have access").check()
    walk.press()
    return walk.at("passkey-create")


def finish(walk):
    plug_in(walk.page)()
    walk.press("Create a passkey")


def sign_in(walk):
    """From the page of the ways: the device answers what the email field offers, and the button where there is none."""
    alone = walk.page.locator('body:not(:has(input[autocomplete~="webauthn"])) #passkey-sign-in button')
    if alone.count():
        alone.click()
