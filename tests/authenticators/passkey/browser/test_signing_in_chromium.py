"""Chromium's virtual authenticators sign in for real: by what the email field offers, and by the button."""

import pytest

from tests.authenticators.passkey.browser import given
from tests.authenticators.passkey.browser.test_in_chromium import MANAGERS
from tests.browser.walk import Walk

QUIET = {"automaticPresenceSimulation": False}
OFFERS = """const get = navigator.credentials?.get.bind(navigator.credentials);
    if (get) navigator.credentials.get = (how) => {
      const asked = get(how);
      document.documentElement.dataset.offers = how.mediation ?? "";
      return asked;
    };"""


@pytest.fixture
def device(walk, authenticator):
    """This person's passkey, in a device that nobody touches yet."""
    walk.page.add_init_script(OFFERS)
    one = authenticator(**QUIET)
    given.passkey(walk, authenticator, one)
    return one


def press(walk, authenticator, device, *, offered=True):
    if offered:  # before it is touched, or the offer itself would be taken
        walk.page.locator('html[data-offers="conditional"]').wait_for()
    given.answer_by_itself(authenticator, device, on=True)
    walk.press("Use a passkey")


def failed(walk):
    return walk.at("sign-in-passkey").locator("body").get_attribute("data-reason")


def refused(walk):
    return walk.at("sign-in-refused").locator("body").get_attribute("data-reason")


def test_one_that_the_browser_offers_signs_in(walk, authenticator, device):
    given.answer_by_itself(authenticator, device, on=True)
    walk.open("/sign-in/")
    walk.at("account")


def test_the_button_ends_the_offer_and_signs_in_by_keyboard_too(walk, authenticator, device):
    walk.open("/sign-in/")
    walk.at("sign-in")
    walk.page.locator('html[data-offers="conditional"]').wait_for()
    given.answer_by_itself(authenticator, device, on=True)
    walk.page.get_by_role("button", name="Use a passkey").focus()
    walk.page.keyboard.press("Enter")
    walk.at("account")


def test_one_on_a_phone_near_by_signs_in_on_an_older_browser_too(walk, authenticator):
    phone = authenticator("hybrid", **QUIET)
    given.passkey(walk, authenticator, phone, count=3)
    walk.page.add_init_script(
        "delete PublicKeyCredential.parseRequestOptionsFromJSON; delete PublicKeyCredential.prototype.toJSON;"
        "PublicKeyCredential.isConditionalMediationAvailable = undefined;"
    )
    walk.open("/sign-in/")
    press(walk, authenticator, phone, offered=False)
    walk.at("account")


def test_whoever_is_not_recognised_reads_why_and_tries_again_with_one_press(walk, authenticator, device):
    verified = {"authenticatorId": device, "isUserVerified": False}
    authenticator.session.send("WebAuthn.setUserVerified", verified)
    walk.open("/sign-in/")
    press(walk, authenticator, device)
    assert failed(walk) in {"cancelled", "refused_at_once"}
    authenticator.session.send("WebAuthn.setUserVerified", verified | {"isUserVerified": True})
    walk.press("Use a passkey")
    walk.at("account")


def test_an_unknown_one_is_forgotten_by_the_browser(walk, authenticator, device):
    [(name,)] = walk.portal.query("SELECT external_id FROM authenticators_authenticator ORDER BY added_at DESC LIMIT 1")
    assert given.held(authenticator, device) == [name]
    walk.portal.query(
        "UPDATE authenticators_authenticator SET state = 'revoked', state_reason = 'lost' WHERE external_id = %s RETURNING 1", name
    )  # fmt: skip
    walk.open("/sign-in/")
    press(walk, authenticator, device)
    assert refused(walk) == "unknown_passkey"
    walk.page.wait_for_timeout(200)
    assert given.held(authenticator, device) == []


def test_one_whose_count_went_back_is_stopped_and_told_of(walk, authenticator):
    device = authenticator(**QUIET)
    given.passkey(walk, authenticator, device, count=9, told=2)
    given.answer_by_itself(authenticator, device, on=True)
    walk.open("/sign-in/")
    assert refused(walk) == "count_went_back"
    assert "there may be a copy of it" in walk.portal.wait_for_mail(walk.email, "stopped").get_content()


def test_a_page_that_is_open_for_an_hour_keeps_what_is_typed_and_still_signs_in(walk, authenticator, device):
    walk.page.clock.install()
    walk.open("/sign-in/")
    walk.page.get_by_label("Email address").fill("ama@example.nhs.uk")
    with walk.page.expect_response(lambda told: "/sign-in/passkey/request/" in told.url) as told:
        walk.page.clock.fast_forward("01:00:00")
    fresh = told.value.json()["challenge"]
    assert fresh not in walk.page.locator("#passkey-request").inner_text()
    assert walk.page.get_by_label("Email address").input_value() == "ama@example.nhs.uk"
    with walk.page.expect_request(lambda sent: sent.method == "POST") as sent:
        press(walk, authenticator, device)
    assert "credential=" in sent.value.post_data
    walk.at("account")


def behave(page, how):
    """Have this in place of the browser's own, and patience of a second for one that never answers."""
    page.evaluate(
        f"""() => {{
        window.create ??= navigator.credentials.get.bind(navigator.credentials);
        navigator.credentials.get = {how};
        const later = window.setTimeout;
        window.setTimeout = (what, after) => later(what, Math.min(after, 1000));
    }}"""
    )


def test_a_password_manager_that_misbehaves_ends_on_a_page(walk, authenticator, device):
    for how, told in MANAGERS.values():
        walk.open("/sign-in/")
        behave(walk.page, how)
        walk.press("Use a passkey")
        assert failed(walk) == told
    walk.open("/sign-in/")
    walk.page.locator('html[data-offers="conditional"]').wait_for()
    behave(walk.page, USED)
    press(walk, authenticator, device, offered=False)
    walk.at("account")


USED = """async (asked) => {
    const used = await create(asked);
    const { authenticatorData, clientDataJSON, signature, userHandle } = used.response;
    return {
        get id() { throw new TypeError("id"); }, rawId: used.rawId, get type() { throw new TypeError("type"); },
        toJSON() { throw new TypeError("toJSON"); },
        response: { authenticatorData: new Uint8Array(authenticatorData), clientDataJSON, signature, userHandle },
    };
}"""


def test_a_browser_without_passkeys_says_so(walk):
    walk.page.add_init_script("delete window.PublicKeyCredential")
    walk.open("/sign-in/")
    walk.press("Use a passkey")
    assert failed(walk) == "unsupported"


def test_without_javascript_it_says_why_not_and_leads_to_the_other_ways(browser, portal, someone):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 900})
    try:
        walk = Walk(context.new_page(), portal, someone)
        walk.open("/sign-in/")
        walk.press("Use a passkey")
        assert failed(walk) == "no_javascript"
        walk.page.get_by_role("link", name="Sign in another way").click()
        walk.at("sign-in")
    finally:
        context.close()


def test_after_a_removal_the_browser_holds_only_what_is_left(walk, authenticator, device):
    given.answer_by_itself(authenticator, device, on=True)
    walk.open("/sign-in/")
    walk.at("account")
    [left] = given.held(authenticator, device)
    key = authenticator("usb")
    another = given.passkey(walk, authenticator, key)
    [(pk,)] = walk.portal.query("SELECT id FROM authenticators_authenticator WHERE external_id = %s", another)
    walk.open(f"/account/{pk}/remove/")
    walk.press("Remove it now")
    walk.page.locator("[data-accepted]").wait_for()
    walk.page.wait_for_timeout(300)
    assert (given.held(authenticator, device), given.held(authenticator, key)) == ([left], [])
