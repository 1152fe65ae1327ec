"""A move from the owner's first word to the Registration Authority's call, in three browsers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser import closely
from tests.desk.door.browser.desk import Desk, invite
from tests.portal import manage

OWNER, MANAGER, OPERATOR = "owner@example.nhs.uk", "movemanager@example.nhs.uk", "operator@example.nhs.uk"
TITLE = "Codes by email end"
MADE = f"""
from django.contrib.auth.models import User
from careid.people.models import Organisation
from careid.people.services import Service
Service.objects.create(name="Screening of the Riverside").owners.add(User.objects.get(email="{OWNER}"))
User.objects.filter(email="{OPERATOR}").update(is_superuser=True)
Organisation.objects.create(code="RY2", name="Hillside Surgery and Health Centre")
"""
# Some are found, one of them has added, one wants a call and two answered no.
ON_THE_WAY = """
from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.people.models import Profile
from moves.models import Person
people = {one.family_name: one for one in Person.objects.all()}
for at, profile in enumerate(Profile.objects.order_by("-pk")[:6]):
    one = people[f"Mover{at:02}"]
    one.profile, one.call, one.answer = profile, "wanted" if at == 1 else "", "wants_call" if at == 1 else ""
    one.when_words = "Monday or Tuesday, after 2pm"
    one.save()
Person.objects.filter(family_name__in=("Mover07", "Mover08")).update(answer="no_mfa")
Authenticator.objects.create(profile=people["Mover04"].profile, kind=min(KINDS), external_id="x", material={}, added_by="person")
"""


@pytest.fixture(scope="module")
def desks(browser, portal, browser_context_args):
    links = invite(portal, {OWNER: "Service owner", MANAGER: "RA manager", OPERATOR: "Auditor"})
    manage(portal.environment, "shell", "-v0", "-c", MADE)
    contexts = [browser.new_context(**browser_context_args) for _ in links]
    desks = [Desk(context, portal, *link) for context, link in zip(contexts, links.items(), strict=True)]
    yield desks
    for context in contexts:
        context.close()
    assert [problem for desk in desks for problem in desk.complaints()] == [], "the console complains"


def day(days):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def send(desk):
    desk.page.locator(".submit-row input").first.click()


def opened(desk, title=TITLE):
    """The move's page, from the first one on."""
    desk.open("/admin/moves/move/")
    desk.page.locator("#result_list").get_by_role("link", name=title).click()
    desk.page.get_by_role("link", name="Progress").wait_for()
    return desk.page


def make(owner):
    page = owner.page
    owner.open("/admin/")
    owner.look("desk-owner-index")
    page.get_by_role("link", name="Add").first.click()
    page.locator("#id_title").wait_for()
    send(owner)
    page.locator(".errornote").wait_for()
    closely.look(owner, "desk-move-errors")
    words = {
        "title": TITLE,
        "what_changes": "You sign in with an app, or in another new way.\n\nNo code comes by email any more.",
        "who_is_affected": "All who sign in to Screening with a code.",
        "whom_to_ask": "The Screening desk, 01632 960200.",
        "starts_on": day(-3),
        "ends_on": day(40),
    }
    page.locator("#id_service").select_option(label="Screening of the Riverside")
    for name, value in words.items():
        page.locator(f"#id_{name}").fill(value)
    send(owner)
    page.locator("#result_list").wait_for()
    owner.look("desk-moves")


def load(operator, tmp_path):
    rows = [
        f"mover{at}@example.nhs.uk,Bo,Mover{at:02},{'RX1' if at % 3 else 'RY2'},{'two_factor' if at % 4 else 'smartcard'}"
        for at in range(24)
    ]
    file = tmp_path / "people.csv"
    file.write_text("\n".join(["email,given_name,family_name,organisation,way", *rows, "nobody,X,Y,RX1,letter"]))
    page = opened(operator)
    closely.look(operator, "desk-move-draft")
    page.get_by_role("link", name="Load its people").click()
    page.locator("#id_file").wait_for()
    operator.look("desk-move-people")
    page.locator("#id_file").set_input_files(file)
    send(operator)
    page.get_by_role("heading", name="Lines with an error").wait_for()
    operator.look("desk-move-people-judged")
    operator.press("Load the 24 without an error")
    page.get_by_role("heading", name="It is done").wait_for(timeout=60_000)
    operator.look("desk-move-people-done")


def lead(owner):
    page = opened(owner)
    page.get_by_role("link", name="Start the move").click()
    page.get_by_text("24 people are in it now.").wait_for()
    owner.look("desk-move-start")
    send(owner)
    assert owner.said() == "The move was started. Its emails are on their way."
    owner.look("desk-move")
    page.get_by_role("link", name="Change the last day").click()
    page.locator("#id_ends_on").wait_for()
    send(owner)
    page.get_by_text("Enter a date, like").wait_for()
    owner.look("desk-move-date")
    page.locator("#id_ends_on").fill(day(50))
    send(owner)
    assert owner.said() == "The last day was changed."


def look_at_figures(owner):
    opened(owner).get_by_role("link", name="Progress").click()
    owner.page.get_by_role("heading", name="By organisation").wait_for()
    closely.look(owner, "desk-move-progress")
    assert "Mover" not in owner.page.locator("body").inner_text()
    owner.open("/admin/")
    owner.look("desk-owner-index-with-a-move")


def call(manager):
    page = manager.page
    manager.open("/admin/")
    manager.look("desk-index-with-calls")
    page.get_by_role("link", name="1 person wants a call about a service that changes").click()
    page.locator("#result_list").wait_for()
    manager.look("desk-movers")
    page.get_by_role("link", name="Bo Mover01").click()
    page.get_by_role("heading", name="They want a call").wait_for()
    assert "Monday or Tuesday, after 2pm" in page.locator("#content-main").inner_text()
    closely.look(manager, "desk-mover")
    manager.tab_to("a[href$='/called/']")
    page.keyboard.press("Enter")
    page.locator("#id_note").wait_for()
    manager.look("desk-mover-called")
    send(manager)
    assert manager.said() == "The call was noted."


def help_who_will_be_locked_out(manager):
    page = opened(manager)
    closely.look(manager, "desk-move-read")
    page.get_by_role("link", name="Progress").click()
    page.get_by_role("link", name="Who will be locked out, by name").click()
    page.locator("#result_list").wait_for()
    assert "RY2" not in page.locator("#result_list").inner_text()
    page.get_by_role("link", name="Bo Mover02").click()
    page.get_by_role("link", name="Help them add an authenticator now").click()
    page.get_by_label("In person").wait_for()


def test_a_move_is_made_loaded_and_led_and_somebody_in_it_is_called(desks, portal, tmp_path):
    owner, manager, operator = desks
    make(owner)
    load(operator, tmp_path)
    lead(owner)
    manage(portal.environment, "shell", "-v0", "-c", ON_THE_WAY)
    look_at_figures(owner)
    call(manager)
    help_who_will_be_locked_out(manager)
