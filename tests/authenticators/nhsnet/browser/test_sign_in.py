"""Signing in with an account on another site, in a real browser: CSP, SameSite, keyboard, no script, axe at both widths."""

import requests

from tests.authenticators.nhsnet import walking
from tests.authenticators.nhsnet.browser.going import choose
from tests.browser.walk import Walk


def out(walk):
    """From the page of the ways to the other site."""
    walk.open("/sign-in/")
    walk.at("sign-in")
    walk.press("Use NHS.net Connect")
    walk.page.wait_for_url("http://127.0.0.1:*/**")


def reason(walk):
    walk.at("sign-in-refused")
    assert "state=" not in walk.page.url
    return walk.page.locator("body").get_attribute("data-reason")


def test_whoever_has_added_it_signs_in_with_it_by_keys_alone_after_a_first_try_that_fails(walk):
    walk.to_done("nhsnet")
    walk.open("/sign-in/")
    walk.look("nhsnet-sign-in")
    walk.page.get_by_role("button", name="Use NHS.net Connect").focus()
    walk.page.keyboard.press("Enter")
    walk.page.wait_for_url("http://127.0.0.1:*/**")
    choose(walk, "cancel")
    assert reason(walk) == "cancelled"
    walk.page.get_by_role("button", name="Try again").focus()
    walk.page.keyboard.press("Enter")
    walk.page.wait_for_url("http://127.0.0.1:*/**")
    choose(walk, "works")
    walk.at("account")
    walk.page.go_back()
    choose(walk, "works")  # once more, with a state that is spent
    walk.at("account")
    assert "code=" not in walk.page.url


def test_it_works_without_javascript_and_another_browser_is_only_led_on(browser, portal, someone):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 900})
    try:
        walk = Walk(context.new_page(), portal, someone)
        walk.to_done("nhsnet")
        out(walk)
        back = requests.post(walk.page.url, {"account": "works"}, timeout=60, allow_redirects=False).headers["Location"]
        assert requests.get(back, timeout=60).url.endswith("/sign-in/")
        walk.page.goto(back)
        walk.at("account")
        context.clear_cookies()
        walk.open("/sign-in/")
        walking.sign_in(walk)
        walk.at("account")
    finally:
        context.close()
