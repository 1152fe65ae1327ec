"""The desk's door in Chromium, with its virtual authenticator."""

import os
import subprocess
import sys

import pyotp
import pytest

from tests.desk.door.admins import PASSWORD
from tests.portal import ROOT

pytestmark = pytest.mark.usefixtures("authenticator")


def invite(walk, email):
    """What an operator does: the command, as it is typed."""
    command = [sys.executable, "manage.py", "invite_admin", email, "--superuser"]
    environment = {**os.environ, **walk.portal.environment}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]


def choose_password(walk):
    walk.at("desk-invitation")
    walk.page.get_by_label("Choose a password").fill(PASSWORD)
    walk.page.get_by_label("Type the password again").fill(PASSWORD)
    walk.press()
    return walk.at("desk-first-factor")


def sign_in(walk, email):
    walk.open("/admin/careid/organisation/")
    page = walk.at("desk-sign-in")
    page.get_by_label("Email address or name").fill(email)
    page.locator("#id_password").fill(PASSWORD)
    walk.press()
    return walk.at("desk-second-factor")


def leave(walk):
    walk.page.get_by_role("button", name="Log out").click()
    walk.page.context.clear_cookies()


def test_an_invitation_a_password_and_a_passkey_then_signing_in_with_both(walk, authenticator):
    authenticator()
    link = invite(walk, "rita@example.nhs.uk")
    page = walk.page
    page.goto(link)
    walk.at("desk-invitation")
    walk.look("desk-invitation")
    walk.press()
    page.get_by_text("There is a problem").wait_for()
    choose_password(walk)
    page.get_by_role("button", name="Create a passkey").wait_for()
    walk.look("desk-first-factor")
    page.get_by_role("button", name="Create a passkey").press("Enter")  # the keyboard alone
    page.wait_for_selector("#user-tools")
    page.goto(link)
    walk.at("desk-no-invitation")
    walk.look("desk-no-invitation")
    walk.open("/admin/")
    leave(walk)
    page = sign_in(walk, "rita@example.nhs.uk")
    walk.look("desk-second-factor")
    page.get_by_role("button", name="Use your passkey").press("Enter")
    page.wait_for_url("**/admin/careid/organisation/")
    page.get_by_role("link", name="How you sign in").click()
    walk.at("desk-factors")
    walk.look("desk-factors")
    authenticator("usb")
    page.get_by_role("link", name="Add a passkey").click()
    walk.at("desk-add-passkey")
    walk.look("desk-add-passkey")
    walk.press("Create a passkey")
    page.wait_for_selector('body[data-page="desk-factors"] dl > div:nth-child(2)')
    walk.portal.query("UPDATE desk_passkey SET confirmed = false WHERE transports = '[\"usb\"]' RETURNING 1")
    page.reload()
    page.get_by_text("Stopped: there may be a copy of it").wait_for()
    walk.look("desk-factors-stopped")


def test_a_passkey_whose_count_goes_back_says_what_to_do(walk, authenticator):
    authenticator()
    email = "copied@example.nhs.uk"
    walk.page.goto(invite(walk, email))
    choose_password(walk)
    walk.press("Create a passkey")
    walk.page.wait_for_selector("#user-tools")
    leave(walk)
    sign_in(walk, email)
    whose = "(SELECT id FROM auth_user WHERE username = %s)"
    walk.portal.query(f"UPDATE desk_passkey SET sign_count = 4000000000 WHERE user_id = {whose} RETURNING 1", email)
    walk.press("Use your passkey")
    walk.page.get_by_text("there may be a copy of it").wait_for()
    walk.look("desk-second-factor-stopped")


def test_signing_in_looks_well_and_tells_what_was_wrong(walk):
    walk.open("/admin/")
    page = walk.at("desk-sign-in")
    walk.look("desk-sign-in")
    page.get_by_label("Email address or name").fill("nobody@example.nhs.uk")
    page.locator("#id_password").fill("wrong")
    walk.press()
    page.get_by_text("do not go together").wait_for()
    assert page.get_by_label("Email address or name").input_value() == "nobody@example.nhs.uk"
    assert page.locator("#id_password").input_value() == ""
    walk.look("desk-sign-in-wrong")


def test_too_many_wrong_passwords_are_told_until_when(walk):
    for _ in range(6):
        walk.open("/admin/")
        walk.at("desk-sign-in").get_by_label("Email address or name").fill("somebody@example.nhs.uk")
        walk.page.locator("#id_password").fill("wrong")
        walk.press()
    walk.at("locked")
    walk.look("desk-locked")
    walk.portal.query("DELETE FROM careid_limitcount WHERE \"limit\" LIKE 'sign_in%%' RETURNING 1")


def test_a_passkey_that_does_not_answer_is_told_and_tried_again(walk, authenticator):
    plugged = authenticator()
    walk.page.goto(invite(walk, "again@example.nhs.uk"))
    choose_password(walk)
    authenticator.session.send("WebAuthn.setUserVerified", {"authenticatorId": plugged, "isUserVerified": False})
    create = walk.page.get_by_role("button", name="Create a passkey")
    create.click()
    walk.page.get_by_text("it was cancelled, or it took too long").wait_for()
    walk.look("desk-first-factor-cancelled")
    authenticator.session.send("WebAuthn.setUserVerified", {"authenticatorId": plugged, "isUserVerified": True})
    create.click()
    walk.page.wait_for_selector("#user-tools")


def test_without_javascript_the_passkey_explains_itself_and_the_app_works(browser, walk, browser_context_args):
    link = invite(walk, "plain@example.nhs.uk")
    context = browser.new_context(java_script_enabled=False, **browser_context_args)
    page = walk.page = context.new_page()
    page.goto(link)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_label("Type the password again").fill(PASSWORD)
    walk.press()
    page.get_by_text("A passkey needs JavaScript").wait_for()
    app = pyotp.TOTP(page.locator("#totp-key").text_content().replace(" ", ""))
    page.set_viewport_size({"width": 320, "height": 900})
    page.get_by_label("Code that the app shows").fill(app.now())
    walk.press("Add this app")
    page.wait_for_selector("#user-tools")
    context.close()


def test_the_admin_holds_to_its_policy(walk, authenticator):
    """No inline script and no foreign one."""
    authenticator()
    walk.page.goto(invite(walk, "policy@example.nhs.uk"))
    page = choose_password(walk)
    inline = page.evaluate("[...document.scripts].filter((one) => !one.src).map((one) => one.type)")
    assert inline == ["application/json"]


def test_the_app_and_the_page_that_stands_in_for_its_phone(walk):
    """Looked at alone: each code works once, and another test signs in with them."""
    walk.open("/demo/phone/")
    page = walk.at("phone")
    assert len(page.locator("#code").inner_text()) == 6
    walk.look("demo-phone")
    walk.open("/admin/")
    page.get_by_label("Email address or name").fill("admin")
    page.locator("#id_password").fill("made up for the tests")
    walk.press()
    walk.at("desk-second-factor")
    walk.look("desk-second-factor-app")
    page.get_by_label("Code that the app shows").fill("12")
    walk.press("Sign in")
    page.get_by_text("There is a problem").wait_for()


def test_one_signed_in_to_the_admin_enrols_in_the_same_browser(walk):
    walk.to_details()
    walk.at("details")
    admin = walk.page.context.new_page()
    admin.goto(walk.portal.url + "/admin/")
    admin.locator("#id_username").fill("admin")
    admin.locator("#id_password").fill("made up for the tests")
    admin.get_by_role("button", name="Continue").click()
    admin.get_by_label("Code that the app shows").fill(pyotp.TOTP("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").now())
    admin.get_by_role("button", name="Sign in").click()
    admin.wait_for_selector("#user-tools")
    walk.details()  # the token was rotated by the sign-in: shown again, nothing lost
    walk.at("details")
    assert walk.page.get_by_label("Email address").input_value() == walk.email
    walk.details()
    walk.code()
    walk.at("choose")
    admin.goto(walk.portal.url + "/admin/")
    admin.wait_for_selector("#user-tools")
