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
    walk.page.get_by_label("Passkey").check()
    walk.press()
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


def test_a_failed_save_makes_the_browser_forget_it(walk, authenticator):
    authenticator()
    walk.page.add_init_script(
        """const signal = PublicKeyCredential.signalUnknownCredential;
        PublicKeyCredential.signalUnknownCredential = (told) => { document.body.dataset.told = told.rpId; return signal?.call(PublicKeyCredential, told) ?? Promise.resolve(); };
        const write = PublicKeyCredential.prototype.toJSON;
        PublicKeyCredential.prototype.toJSON = function () { const made = write.call(this); made.response.clientDataJSON = "e30"; return made; };"""
    )
    to_create(walk)
    walk.press("Create a passkey")
    assert reason(walk) == "verification_failed"
    walk.page.locator("body[data-told]").wait_for()
    assert walk.page.locator("body").get_attribute("data-told") == "localhost"
