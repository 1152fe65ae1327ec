"""Somebody who applied is checked, approved and comes in, or is told no: two admins at the desk, and the person."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser import closely
from tests.desk.door.browser.desk import Desk, invite
from tests.portal import manage

INVITER, COLLEAGUE = "inviter@example.nhs.uk", "colleague@example.nhs.uk"
APPLY = """
import json
from django.contrib.auth.models import User
from careid.people.models import Organisation
from tests.apply.applications import applied, invited
rx1 = Organisation.objects.get(code="RX1")
by = f"admin:{{User.objects.get(email={inviter!r}).pk}}"
for one in json.loads({people!r}):
    invitation = invited(rx1, by=by, email=one["email"], given_name="Bea", family_name=one["family_name"], token_hash=one["email"].encode())
    applied(rx1, invitation=invitation, number=one["number"], given_name="Beatrix")
    print(invitation.reference)
"""


@pytest.fixture(scope="module")
def admins(browser, portal, browser_context_args):
    """Who invites, and a colleague of the same organisation, each in a browser of their own."""
    links = invite(portal, {INVITER: "RA agent", COLLEAGUE: "RA agent"})
    contexts = [browser.new_context(**browser_context_args) for _ in links]
    desks = [Desk(context, portal, *link) for context, link in zip(contexts, links.items(), strict=True)]
    yield desks
    for context in contexts:
        context.close()
    assert [problem for desk in desks for problem in desk.complaints()] == [], "the console complains"


def apply(portal, *people):
    """These have applied; their references."""
    made = manage(portal.environment, "shell", "-v0", "-c", APPLY.format(inviter=INVITER, people=json.dumps(people)))
    return made.split()


def somebody(name, number):
    return {"email": f"{name.lower()}@example.nhs.uk", "number": number, "family_name": name}


def find(desk, reference):
    """The page of an application, by its reference."""
    desk.open("/admin/apply/application/")
    desk.page.locator("#searchbar").fill(reference)
    desk.page.locator("#searchbar").press("Enter")
    desk.page.locator("#result_list th a").first.click()
    return desk.page


def by_keys(desk, label):
    """Tick or choose by the keyboard alone."""
    desk.page.get_by_label(label, exact=True).focus()
    desk.page.keyboard.press("Space")


def test_from_the_queue_over_the_check_to_a_profile_that_lets_them_in(admins, portal, walk):
    inviter, colleague = admins
    new = somebody("Newcomer", "PP919191A")
    apply(portal, somebody("Elder", "PP919191B"))
    [reference] = apply(portal, new)
    inviter.open("/admin/")
    inviter.look("desk-first-applications")
    inviter.page.get_by_role("link", name="applications wait for a decision").click()
    closely.look(inviter, "desk-applications")
    page = find(inviter, reference)
    expect(page.locator(".desk p").first).to_contain_text("record how their identity was checked")
    closely.look(inviter, "desk-application-unchecked")
    page.get_by_role("link", name="Record the identity check").click()
    page.locator(".submit-row input").click()
    expect(page.locator(".errornote")).to_be_visible()
    closely.look(inviter, "desk-application-check-errors")
    for label in (
        "Face to face",
        "2 documents with a photo, and 1 with the address",
        "Passport",
        "Bank or building society statement",
    ):
        by_keys(inviter, label)
    page.keyboard.press("Enter")
    expect(page.locator(".errorlist li")).to_have_text(["Tick 1 more document with a photo, or choose another way"])
    by_keys(inviter, "Driving licence with a photo")
    page.keyboard.press("Enter")
    assert inviter.said() == "The check was recorded."
    expect(page.locator("#left-to-others")).to_contain_text("a colleague has to approve")
    assert page.get_by_role("link", name="Approve", exact=True).count() == 0
    closely.look(inviter, "desk-application-own-invitation")
    page = find(colleague, reference)
    closely.look(colleague, "desk-application")
    page.get_by_role("link", name="Approve", exact=True).click()
    page.get_by_label("Beatrix Newcomer, as on their documents").check()
    closely.look(colleague, "desk-application-approve")
    page.locator(".submit-row input").click()
    assert "The profile was made" in colleague.said()
    closely.look(colleague, "desk-application-approved")
    mail = portal.wait_for_mail(new["email"], "you have a profile now").get_content()
    assert "555500000000" in mail
    walk.email, walk.number = new["email"], new["number"]
    walk.to_done()


def test_no_with_its_reason(admins, portal):
    _, colleague = admins
    one = somebody("Unready", "PP919192A")
    [reference] = apply(portal, one)
    page = find(colleague, reference)
    page.get_by_role("link", name="Reject", exact=True).click()
    page.get_by_label("Reason").select_option(label="They did not come to the check")
    closely.look(colleague, "desk-application-reject")
    page.locator(".submit-row input").click()
    assert "was rejected" in colleague.said()
    assert "You did not come" in portal.wait_for_mail(one["email"], "was not approved").get_content()


def test_who_it_may_be_stands_side_by_side(admins, portal, walk):
    _, colleague = admins
    twin = {**somebody("Twin", walk.number), "email": "twin.one@example.nhs.uk"}
    _, reference = apply(portal, twin, {**twin, "email": "twin.two@example.nhs.uk"})
    page = find(colleague, reference)
    expect(page.locator("#alike tbody tr")).to_have_count(3)
    closely.look(colleague, "desk-application-alike")
