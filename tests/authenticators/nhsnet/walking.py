"""An account, added and proved in Chromium on the provider's site."""

from tests.authenticators.nhsnet.browser.going import choose, leave


def to_last(walk):
    """There is no page of ours to finish on: this one leaves."""
    return walk.at("nhsnet")


def finish(walk):
    leave(walk)
    choose(walk, "works")


def sign_in(walk):
    """From the page of the ways, with the account that `finish` added."""
    walk.at("sign-in")
    walk.press("Use NHS.net Connect")
    walk.page.wait_for_url("http://127.0.0.1:*/**")
    choose(walk, "works")
