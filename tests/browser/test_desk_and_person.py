"""What the Registration Authority does and what the person sees, side by side: two browsers, one portal."""

import csv
import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import expect

from authenticators.registry import KINDS
from tests import kinds
from tests.browser.test_looks import change, give
from tests.browser.walk import Walk
from tests.desk.door.browser.desk import Desk, invite
from tests.portal import code_in

KIND = KINDS[kinds.some_kind()]
MANAGER, AGENT = "manager@example.nhs.uk", "agent@example.nhs.uk"


@pytest.fixture(scope="module")
def admins(browser, portal, browser_context_args):
    """A manager and an agent of the same organisation, each in a browser of their own, signed in once."""
    links = invite(portal, {MANAGER: "RA manager", AGENT: "RA agent"})
    contexts = [browser.new_context(**browser_context_args) for _ in links]
    desks = [Desk(context, portal, *link) for context, link in zip(contexts, links.items(), strict=True)]
    yield desks
    for context in contexts:
        context.close()
    assert [problem for desk in desks for problem in desk.complaints()] == [], "the console complains"


@pytest.fixture
def desk(admins):
    return admins[0]


@pytest.fixture
def second(admins):
    return admins[1]


def begin_to_help(desk, walk):
    """Returns the link and the spoken code that the desk shows."""
    page = desk.begin(walk.email, "Help them add an authenticator now")
    page.get_by_label("In person").check()
    desk.press("Make the link")
    return page.locator("#assisted-link").inner_text(), page.locator("#assisted-code").inner_text()


def link_in(mail):
    return re.search(r"http\S+/not-me/\S+", mail.get_content()).group()


def test_assisted_registration_from_the_link_to_the_authenticator_seen_as_it_happens(desk, walk, browser):
    link, code = begin_to_help(desk, walk)
    so_far = desk.page.locator("#assisted-status")
    walk.portal.wait_for_mail(walk.email, "is helping you")
    expect(so_far).to_contain_text("They were told by email")
    desk.look("desk-assisted")
    page = walk.page
    page.goto(link)
    walk.at("assisted")
    walk.look("assisted")
    expect(so_far).to_contain_text("The link was not opened yet")
    page.mouse.move(10, 10)
    expect(so_far).to_contain_text("Opened the link at")
    page.get_by_label("Code that your Registration Authority tells you").fill("222222")
    walk.press()
    page.get_by_text("letter by letter").first.wait_for()
    elsewhere = browser.new_context()
    Walk(elsewhere.new_page(), walk.portal, ("", "")).page.goto(link)
    assert "open in another browser" in elsewhere.pages[0].locator("h1").inner_text()
    page.get_by_label("Code that your Registration Authority tells you").fill(code.lower())
    walk.press()
    walk.at("choose")
    expect(so_far).to_contain_text("Typed the code at")
    walk.from_choose_to_last()
    walk.from_last_to_done()
    expect(so_far).to_contain_text("Added at")
    elsewhere.pages[0].reload()
    assert "was used" in elsewhere.pages[0].locator("h1").inner_text()
    elsewhere.close()
    walk.portal.wait_for_mail(walk.email, "added")
    assert "Works" in desk.person(walk.email).get_by_role("row", name=KIND.title).inner_text()


def test_a_link_that_waits_for_its_notice_and_is_then_cancelled(desk, walk):
    walk.portal.sink.answer = "450 try later"
    try:
        link, _ = begin_to_help(desk, walk)
        walk.page.goto(link)
        walk.at("assisted")
        assert walk.page.locator("h1").inner_text() == "One moment"
        walk.look("assisted-not-yet")
    finally:
        walk.portal.sink.answer = None
    desk.press("Cancel the link")  # without a reason: nothing happens, in words
    assert desk.said() == "Choose a reason. Nothing was changed."
    desk.page.get_by_label("Reason").select_option("Not needed any more")
    desk.press("Cancel the link")
    assert desk.said() == "The link was cancelled."
    desk.page.get_by_text("Cancelled at").wait_for()
    walk.page.reload()
    assert walk.page.locator("h1").inner_text() == "This link does not work"
    walk.look("assisted-cancelled")


def test_one_that_was_lost_is_revoked_and_the_person_is_told(desk, walk):
    give(walk, KIND.slug, 1)
    page = desk.begin(walk.email, f"Revoke {KIND.title}")
    page.locator(".submit-row input").click()
    page.get_by_text("Choose a reason").first.wait_for()
    desk.look("desk-revoke-no-reason")
    assert desk.do(walk.email, f"Revoke {KIND.title}", "Lost") == "It was revoked."
    assert "Revoked: Lost" in desk.page.get_by_role("row", name=KIND.title).inner_text()
    assert "no longer sign in with it" in walk.portal.wait_for_mail(walk.email, "removed").get_content()


def test_suspended_and_reinstated_then_this_was_not_me_then_closed_by_a_colleague(desk, second, walk):
    walk.to_done()
    assert desk.do(walk.email, "Suspend", "The person is away") == "It was suspended."
    walk.portal.wait_for_mail(walk.email, "stopped for now")
    assert desk.do(walk.email, "Reinstate", "The person is back") == "It was reinstated."
    page = walk.page
    page.goto(link_in(walk.portal.wait_for_mail(walk.email, "works again")))
    walk.at("not-me")
    walk.look("not-me-ask")
    walk.press("This was not me")
    page.get_by_role("heading", name="It has been stopped").wait_for()
    walk.look("not-me-reported")
    desk.open("/admin/")
    desk.look("desk-index")
    desk.page.get_by_role("link", name="of “this was not me”").first.click()
    desk.page.locator("#result_list tbody th a").first.wait_for()
    assert (
        "Nothing can be added until that is closed"
        in desk.person(walk.email).locator(".desk-causes").first.inner_text()
    )
    assert "Close the report · Reinstate." in desk.page.locator("#left-to-others").inner_text()
    desk.look("desk-left-to-others")
    assert second.do(walk.email, "Close the report", "It was the person after all") == "The report was closed."
    walk.portal.wait_for_mail(walk.email, "report was closed")
    page.reload()
    page.get_by_role("heading", name="This report is closed").wait_for()
    walk.look("not-me-closed")
    walk.open("/not-me/made-up/")
    page.get_by_role("heading", name="This link does not work").wait_for()


def test_after_a_change_of_email_what_is_added_waits_for_a_second_admin(desk, second, walk):
    old, new = walk.email, walk.email.replace("person", "new.person")
    assert desk.do(old, "Change the email address", "It has changed", email=new) == "The email address was changed."
    for address in (old, new):
        assert "24 hours after" in walk.portal.wait_for_mail(address, "email address was changed").get_content()
    walk.email = new
    page = walk.to_done()
    assert "We wait, to be sure that it is you" in page.locator("main").inner_text()
    walk.look("done-on-hold")
    confirmed = "The person confirmed it, in person or by video"
    assert "this: Lift the hold." in desk.person(new).locator("#left-to-others").inner_text()
    assert "On hold until" in desk.page.get_by_role("row", name=KIND.title).inner_text()
    assert second.do(new, "Lift the hold", confirmed) == "The hold was lifted."
    walk.portal.wait_for_mail(new, "works now")
    page.reload()
    page.get_by_text("You can sign in with it from now on").wait_for()


def test_a_number_is_typed_twice_set_and_checked(desk, walk):
    number = walk.number.replace("PP", "PB")
    page = desk.begin(walk.email, "Set the National Insurance number")
    page.locator("#id_number").fill(number)
    page.locator("#id_again").fill(walk.number)
    page.get_by_label("Reason").select_option("It was wrong")
    page.locator(".submit-row input").click()
    page.get_by_text("The two numbers differ").wait_for()
    desk.look("desk-number-differs")
    said = desk.do(walk.email, "Set the National Insurance number", "It was wrong", number=number, again=number)
    assert said.startswith("The National Insurance number was set. What they add in the next 7 days works a day later")
    walk.portal.wait_for_mail(walk.email, "National Insurance number was changed")
    for typed, answer in ((number, "It is the number on file."), (walk.number, "It is not the number on file.")):
        desk.begin(walk.email, "Check a National Insurance number").locator("#id_number").fill(typed)
        page.locator(".submit-row input").click()
        assert desk.said() == answer
    desk.open("/admin/careid/profile/")
    page.get_by_label("Find by National Insurance number").fill(number)
    page.locator("#by-number + input").click()
    page.get_by_role("heading", name="What stops them from adding").wait_for()
    assert number not in page.content()


def test_someone_who_is_locked_out_is_let_in_and_goes_on(desk, walk):
    walk.to_details()
    walk.details()
    page = walk.at("code")
    page.get_by_label("Code from the email").fill("000000")
    walk.press()
    walk.at("code")
    change(
        walk,
        'UPDATE careid_limitcount SET count = 100 WHERE id = (SELECT max(id) FROM careid_limitcount WHERE "limit" = %s) RETURNING 1',
        "code_wrong_in_a_row",
    )
    page.get_by_label("Code from the email").fill("000000")
    walk.press()
    walk.at("locked")
    causes = desk.person(walk.email).locator(".desk-causes").first
    assert "Locked until it is lifted here: 100 wrong codes in a row." in causes.inner_text()
    assert "Typed a wrong code" in desk.page.locator(".desk-steps").first.inner_text()
    desk.look("desk-person")
    assert desk.do(walk.email, "Lift the lock", "The person says that it was them") == "The lock was lifted."
    assert desk.page.locator(".desk-causes li", has_text="Locked until").count() == 0
    walk.open("/code/")
    walk.at("code").get_by_label("Code from the email").fill(code_in(walk.portal.mails(walk.email, "your code")[-1]))
    walk.press()
    walk.at("choose")


def test_a_profile_is_closed_and_reopened(desk, walk):
    walk.to_done()
    assert desk.do(walk.email, "Close the profile", "The person has left") == "The profile was closed."
    assert "The profile is closed: The person has left." in desk.page.locator(".desk-causes").first.inner_text()
    walk.portal.wait_for_mail(walk.email, "profile was closed")
    assert desk.do(walk.email, "Reopen the profile", "The person is back") == "The profile was reopened."
    assert "Revoked: the profile was closed" in desk.page.get_by_role("row", name=KIND.title).inner_text()
    walk.portal.wait_for_mail(walk.email, "profile is open again")


def test_a_list_is_invited_once_and_saved_as_a_file(desk, walk):
    page = desk.page
    desk.open(f"/admin/careid/profile/?q={walk.email}")
    desk.look("desk-people")
    page.get_by_role("link", name="Invite these people").click()
    assert "This list has 1 person" in page.locator("#content-main").inner_text()
    desk.look("desk-invite")
    desk.press("Send the invitations")
    assert desk.said() == "1 invitation sent."
    assert f"{walk.portal.url}/" in walk.portal.wait_for_mail(walk.email, "add an authenticator").get_content()
    desk.open(f"/admin/careid/profile/?q={walk.email}&invited=waiting")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as CSV").click()
    with download.value.path().open(newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["email"], row[KIND.slug]) == (walk.email, "0")
    assert row["invited_at"]


def test_five_minutes_later_the_second_factor_is_asked_for_and_what_was_typed_stands_again(desk, walk):
    page = desk.begin(walk.email, "Change the email address")
    page.get_by_label("New email address").fill("typed.before@example.nhs.uk")
    page.get_by_label("Reason").select_option("It was wrong")
    let_time_pass(desk)
    page.locator(".submit-row input").click()
    desk.at("desk-second-factor")
    desk.prove()
    page.wait_for_url("**/email/")
    assert page.get_by_label("New email address").input_value() == "typed.before@example.nhs.uk"
    assert page.get_by_label("Reason").input_value() == "correction"
    page.locator(".submit-row input").click()
    assert desk.said() == "The email address was changed."


def let_time_pass(desk):
    """The session says that the factor was used six minutes before."""
    [key] = [one["value"] for one in desk.page.context.cookies() if one["name"] == "admin"]
    [(data,)] = desk.portal.query("SELECT session_data FROM django_session WHERE session_key = %s", key)
    store = SessionStore()
    session = store.decode(data)
    session["verified_at"] -= 360
    older = "UPDATE django_session SET session_data = %s WHERE session_key = %s RETURNING 1"
    assert desk.portal.query(older, store.encode(session), key)


def test_the_dashboard_shows_what_was_added_and_where_people_stop(desk, walk):
    give(walk, KIND.slug, 1)
    desk.open("/admin/")
    desk.page.get_by_role("link", name="Dashboard").click()
    assert "Riverside Community Trust" in desk.page.locator("#content-main").inner_text()
    desk.page.get_by_role("row", name="Typed their details").locator("rect").wait_for(state="attached")
    desk.look("desk-dashboard")


def test_the_keyboard_alone_finds_a_person_and_suspends(desk, walk):
    give(walk, KIND.slug, 1)
    desk.open("/admin/")
    desk.tab_to("#find")
    desk.page.keyboard.type(walk.email)
    desk.page.keyboard.press("Enter")
    desk.page.get_by_role("heading", name="What stops them from adding").wait_for()
    desk.tab_to("a[href$='/suspend/']")
    desk.page.keyboard.press("Enter")
    desk.page.locator("#id_reason").wait_for()
    desk.tab_to("#id_reason")
    desk.page.keyboard.type("Lost")
    desk.page.keyboard.press("Enter")
    desk.tab_to(".submit-row input")
    desk.page.keyboard.press("Enter")
    assert desk.said() == "It was suspended."


def test_without_javascript_the_desk_and_the_person_get_there(desk, walk, browser, browser_context_args):
    desk.open("/admin/")
    signed_in = desk.page.context.storage_state()
    plain = browser.new_context(java_script_enabled=False, storage_state=signed_in, **browser_context_args)
    context = browser.new_context(java_script_enabled=False, **browser_context_args)
    walk.page, admin = context.new_page(), desk.in_another(plain)
    link, code = begin_to_help(admin, walk)
    with plain.expect_page() as opened:
        admin.page.get_by_role("link", name="See how far they are").click()
    walk.portal.wait_for_mail(walk.email, "is helping you")
    walk.page.goto(link)
    walk.page.get_by_label("Code that your Registration Authority tells you").fill(code)
    walk.press()
    walk.at("choose")
    opened.value.get_by_role("link", name="Look again").click()
    opened.value.get_by_text("Typed the code at").wait_for()
    plain.close()
    context.close()
