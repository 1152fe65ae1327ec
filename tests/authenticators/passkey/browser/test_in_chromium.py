"""Chromium's virtual authenticators register for real; each failure shows its page."""

import pytest

from tests.authenticators.passkey.walking import to_last
from tests.browser.walk import Walk

PLACES = {
    "this_device": ("internal", "This device"),
    "phone": ("hybrid", "A phone or tablet"),
    "security_key": ("usb", "A security key"),
}


def to_create(walk, place="This device"):
    walk.to_choose()
    walk.page.get_by_label("Passkey").check()
    walk.press()
    to_last(walk, place)


def reason(walk):
    walk.at("refused")
    return walk.page.locator("body").get_attribute("data-reason")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("synced", [False, True], ids=["one device", "synced"])
def test_a_passkey_is_made_where_the_person_said(place, synced, walk, authenticator):
    transport, label = PLACES[place]
    authenticator(transport, defaultBackupEligibility=synced, defaultBackupState=synced)
    to_create(walk, label)
    walk.press("Create a passkey")
    page = walk.at("done")
    assert "Passkey added" in page.locator("h1").inner_text()
    assert "It is not where you said" not in page.locator("main").inner_text()
    [(details,)] = walk.portal.query(
        "SELECT a.details FROM authenticators_authenticator a JOIN careid_profile p ON p.id = a.profile_id WHERE p.email = %s",
        walk.email,
    )
    assert transport in details["transports"]
    assert (details["backup_eligible"], details["backed_up"]) == (synced, synced)
    assert "Passkey" in walk.portal.wait_for_mail(walk.email, "added").get_content()


def test_each_page_is_looked_at_and_the_keyboard_is_enough(walk, authenticator):
    authenticator()
    walk.to_choose()
    assert walk.page.locator("input[type=radio]").first.get_attribute("value") == "passkey"
    walk.page.get_by_label("Passkey").focus()
    walk.page.keyboard.press("Space")
    walk.page.keyboard.press("Enter")
    walk.at("passkey")
    assert not walk.page.get_by_text("This browser cannot make a passkey").is_visible()
    walk.look("passkey")
    walk.press()
    walk.look("passkey-error")
    walk.page.get_by_label("This device").focus()
    walk.page.keyboard.press("Space")
    walk.page.keyboard.press("Tab")
    walk.page.keyboard.press("Space")
    walk.page.keyboard.press("Enter")
    walk.at("passkey-create")
    walk.look("passkey-create")
    walk.page.get_by_role("button", name="Create a passkey").focus()
    walk.page.keyboard.press("Enter")
    walk.at("done")
    walk.look("passkey-done")


def test_one_that_landed_elsewhere_is_kept_or_undone(walk, authenticator):
    authenticator("usb")
    to_create(walk, "A phone or tablet")
    walk.press("Create a passkey")
    page = walk.at("done")
    assert "It is not where you said" in page.locator("main").inner_text()
    walk.look("passkey-elsewhere")
    walk.press("Remove it")
    walk.at("undo")
    walk.press("Remove it now")
    assert "You removed" in walk.at("done").locator("h1").inner_text()


def test_a_device_that_has_one_already_leads_to_the_phone(walk, authenticator):
    authenticator()
    to_create(walk)
    walk.press("Create a passkey")
    walk.at("done")
    walk.press("Add another")
    walk.code()
    walk.at("choose")
    walk.page.get_by_label("Passkey").check()
    walk.press()
    to_last(walk, "This device")
    walk.press("Create a passkey")
    assert reason(walk) == "already_registered"
    walk.look("passkey-already-registered")
    walk.page.get_by_role("button", name="Use a phone or tablet").click()
    assert walk.at("passkey").get_by_label("A phone or tablet").is_checked()


def test_one_that_cannot_check_who_it_is_is_refused_by_the_browser(walk, authenticator):
    authenticator(hasUserVerification=False, isUserVerified=False)
    to_create(walk)
    walk.press("Create a passkey")
    assert reason(walk) in {"cancelled", "refused_at_once", "no_screen_lock"}
    walk.look("passkey-no-verification")


def test_a_person_who_is_not_recognised_can_try_again(walk, authenticator):
    one = authenticator(isUserVerified=False)
    to_create(walk)
    walk.press("Create a passkey")
    assert reason(walk) in {"cancelled", "refused_at_once"}
    walk.page.get_by_role("button", name="Try again").click()
    authenticator.session.send("WebAuthn.setUserVerified", {"authenticatorId": one, "isUserVerified": True})
    to_last(walk, "This device")
    walk.press("Create a passkey")
    walk.at("done")


def test_a_dialog_that_nobody_answers_times_out(walk, authenticator):
    authenticator(automaticPresenceSimulation=False)
    walk.page.add_init_script(
        "const create = navigator.credentials.create.bind(navigator.credentials);"
        "navigator.credentials.create = ({ publicKey }) => create({ publicKey: { ...publicKey, timeout: 1500 } });"
    )
    to_create(walk)
    walk.press("Create a passkey")
    assert reason(walk) == "cancelled"
    walk.look("passkey-cancelled")


def test_a_browser_without_passkeys_says_so_before_and_after_choosing(walk):
    walk.page.add_init_script("delete window.PublicKeyCredential")
    walk.to_choose()
    assert walk.page.get_by_text("This browser cannot make a passkey").is_visible()
    assert walk.page.get_by_label("Passkey").is_disabled()
    assert walk.page.get_by_text("Not in this browser").is_visible()
    walk.look("choose-without-passkeys")
    walk.open("/authenticators/passkey/")
    to_last(walk, "This device")
    walk.press("Create a passkey")
    assert reason(walk) == "unsupported"
    walk.look("passkey-unsupported")


def test_an_older_browser_gets_by_with_the_fallback(walk, authenticator):
    authenticator()
    walk.page.add_init_script(
        "delete PublicKeyCredential.parseCreationOptionsFromJSON; delete PublicKeyCredential.prototype.toJSON;"
    )
    to_create(walk)
    walk.press("Create a passkey")
    walk.at("done")


def test_without_javascript_it_says_why_not_and_offers_the_other_kinds(browser, portal, someone):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 900})
    try:
        walk = Walk(context.new_page(), portal, someone)
        to_create(walk)
        walk.press("Create a passkey")
        assert reason(walk) == "no_javascript"
        walk.page.get_by_role("link", name="Add something else").click()
        walk.at("choose")
    finally:
        context.close()


# What password managers were seen to do in place of the browser, and the reason that is told.
MANAGERS = {
    "its box is closed: null": ("async () => null", "cancelled"),
    "no error object": ("async () => { throw undefined; }", "unknown"),
    "an error whose name throws": ("async () => { throw { get name() { throw 1; } }; }", "unknown"),
    "it never answers": ("() => new Promise(() => {})", "cancelled"),
}
FOREIGN = """async (asked) => {
    const made = await create(asked);
    return {
        get id() { throw new TypeError("id"); }, rawId: made.rawId, get type() { throw new TypeError("type"); },
        get authenticatorAttachment() { throw new TypeError("attachment"); }, toJSON() { throw new TypeError("toJSON"); },
        response: {
            attestationObject: new Uint8Array(made.response.attestationObject), clientDataJSON: made.response.clientDataJSON,
            getTransports() { throw new TypeError("transports"); },
        },
    };
}"""


def behave(page, how):
    """Have this in place of the browser's own, and patience of a second for one that never answers."""
    page.evaluate(
        f"""() => {{
        window.create ??= navigator.credentials.create.bind(navigator.credentials);
        navigator.credentials.create = {how};
        PublicKeyCredential.parseCreationOptionsFromJSON = () => {{ throw new TypeError("parse"); }};
        const later = window.setTimeout;
        window.setTimeout = (what, after) => later(what, Math.min(after, 1000));
    }}"""
    )


def test_a_password_manager_that_misbehaves_ends_on_a_page_and_back_works(walk, authenticator):
    authenticator()
    to_create(walk)
    for how, told in MANAGERS.values():
        behave(walk.page, how)
        walk.press("Create a passkey")
        assert reason(walk) == told
        walk.page.go_back()
        walk.at("passkey-create")
    behave(walk.page, FOREIGN)
    walk.press("Create a passkey")
    walk.at("done")


def lose(walk):
    """The passkey is made, and the line is dropped before it is sent."""
    walk.page.route("**/create/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    with walk.page.expect_event("requestfailed"):
        walk.press("Create a passkey")
    walk.page.unroute("**/create/")


def test_one_that_did_not_reach_us_is_sent_again_and_not_made_again(walk, authenticator):
    authenticator()
    to_create(walk)
    lose(walk)
    page = walk.page
    page.goto(f"{walk.portal.url}/authenticators/passkey/create/")
    assert "did not reach us" in page.locator("#passkey-status").inner_text()
    behave(page, "() => { throw new Error('made twice'); }")
    walk.press("Create a passkey")
    walk.at("done")
    assert page.evaluate("sessionStorage.length") == 0


TOLD = """const signal = window.PublicKeyCredential?.signalUnknownCredential;
    if (signal) PublicKeyCredential.signalUnknownCredential = (told) => { document.body.dataset.told = told.rpId; return signal.call(PublicKeyCredential, told); };"""


def test_a_failed_save_makes_the_browser_forget_it(walk, authenticator):
    authenticator()
    walk.page.add_init_script(TOLD)
    to_create(walk)
    behave(
        walk.page,
        """async (asked) => { const made = await create(asked); return { rawId: made.rawId, response: { attestationObject: made.response.attestationObject, clientDataJSON: new Uint8Array([123, 125]) } }; }""",
    )
    walk.press("Create a passkey")
    assert reason(walk) == "verification_failed"
    walk.page.locator("body[data-told]").wait_for()
    assert walk.page.locator("body").get_attribute("data-told") == "localhost"
    assert "Delete it there" in walk.page.locator("main").inner_text()
    walk.look("passkey-not-kept")


def test_one_that_was_not_sent_before_another_try_is_forgotten_and_told(walk, authenticator):
    authenticator()
    walk.page.add_init_script(TOLD)
    to_create(walk)
    lose(walk)
    other = Walk(walk.page.context.new_page(), walk.portal, (walk.email, walk.number))
    other.page.goto(f"{walk.portal.url}/authenticators/passkey/")
    to_last(other, "This device")
    walk.page.goto(f"{walk.portal.url}/authenticators/passkey/create/")
    walk.page.locator("body[data-told]").wait_for()
    assert walk.page.get_by_text("You made a passkey, but we did not keep it").is_visible()
