"""A person's page at the desk: who they are first, then what stops them, and each button once."""

import re
from uuid import uuid4

import pytest
from django.utils import timezone

from authenticators.models import Authenticator, Report
from careid.people.models import Organisation, Profile
from careid.people.roles import Role
from careid.post import outbox
from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import record
from tests import kinds
from tests.desk.door.admins import role

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(organisation):
    return role("RA agent", organisation)


@pytest.fixture
def app(person):
    return Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="x", name="Work phone", material={}, added_by="person"
    )


@pytest.fixture
def report(person, app):
    Profile.objects.update(reported_at=timezone.now())
    return Report.objects.create(profile=person, token_hash=b"x" * 32, authenticator_id=app.pk)


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode().partition('id="content"')[2]).split())


def of(client, row):
    return client.get(f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/")


def said(client, person):
    return text(of(client, person))


def test_the_page_begins_with_who_they_are(agent, person, app):
    page = said(agent, person)
    top, _, rest = page.partition("What stops them from adding")
    for words in (person.email, person.user_id, "Riverside", "On file", "Open", app.title, "Invited No"):
        assert words in top
    assert rest.startswith(" Nothing that we know of stops them from adding an authenticator now.")


def test_the_last_try_leads_with_its_remedy_beside_it(agent, person, make_visitor):
    make_visitor().details(person, nino="PP999902D")  # made up: PP is never issued
    page = said(agent, person)
    _, _, stops = page.partition("What stops them from adding")
    assert "Last try, " in stops[:20]
    assert "typed is not the one on file. Set the National Insurance number Nothing else that we know of" in stops
    assert page.count("Set the National Insurance number") == 1


def test_who_may_not_read_the_trail_is_told_nothing_of_it(organisation, person, make_visitor):
    make_visitor().details(person, nino="PP999902D")  # made up: PP is never issued
    outbox.send("reported", profile=person, context={"profile": person})
    page = said(role("ID checker", organisation), person)
    for words in ("Last try", "Last emails", "“This was not me” was reported", "What else happened"):
        assert words not in page
    assert person.email in page


def test_mails_of_the_time_before_somebody_moved_stay_with_who_looked_after_them_then(agent, person, organisation):
    outbox.send("reported", profile=person, context={"profile": person})
    assert "“This was not me” was reported" in said(agent, person)
    person.organisation = Organisation.objects.create(code="RX2", name="Hillside Surgery")
    person.save()
    outbox.send("profile_reopened", profile=person, context={"profile": person, "not_me": "x"})
    page = said(role("RA agent", person.organisation), person)
    assert "Profile reopened" in page
    assert "“This was not me” was reported" not in page


def test_a_mail_that_was_stopped_says_so_and_one_that_waits_says_when_it_is_due(agent, person):
    with outbox.together(an_hour=60):
        for _ in range(2):
            outbox.send("reported", profile=person, context={"profile": person}, about="move:7")
    assert "What about Now Due “This was not me” was reported Waiting to be sent" in said(agent, person)
    outbox.drop(about="move:7")
    assert said(agent, person).count("Not sent: stopped, or nobody to tell") == 2


def test_a_report_is_closed_from_its_own_page_which_says_what_to_ask(agent, person, report, app):
    page = of(agent, report)
    words = text(page)
    assert str(app.pk) not in words
    assert "“This was not me”" in words
    assert "What they were told of: " in words
    assert "Was it you" in words
    for address in (f"/admin/authenticators/report/{report.pk}/close/", f"/admin/careid/profile/{person.pk}/change/"):
        assert f'href="{address}"' in page.content.decode()
    assert ">Close</a>" not in page.content.decode()
    assert 'class="closelink"' not in page.content.decode()


def test_a_page_of_something_that_is_only_read_offers_no_way_that_leads_nowhere(agent, person, app):
    event = record(EventName.AUTHENTICATOR_ADDED, profile=person, authenticator_id=app.pk, details={"kind": app.kind})
    for row in (person, app, event):
        page = of(agent, row).content.decode()
        for stock in ("closelink", "historylink", "View site", "/history/"):
            assert stock not in page, (row, stock)
        assert agent.get(of(agent, row).request["PATH_INFO"].replace("change", "history")).status_code in {302, 404}


def test_an_event_is_told_in_words(agent, person, app):
    details = {"kind": app.kind, "hours_on_hold": 24}
    event = record(EventName.AUTHENTICATOR_ADDED, profile=person, authenticator_id=app.pk, details=details)
    page = text(of(agent, event))
    for words in ("Authenticator added", f"kind: {app.title}; hours on hold: 24", "Work phone", "the person", "done"):
        assert words in page
    for raw in ("authenticator.added", "hours_on_hold", "{"):
        assert raw not in page


def test_events_of_an_attempt_are_told_once(agent, person):
    record(EventName.ATTEMPT_STARTED, profile=person, attempt_id=uuid4(), reference="7K4-Q2M")
    record(EventName.PROFILE_INVITED, profile=person, actor="admin:0")
    assert said(agent, person).count("The attempt began") == 3  # the last try, its outcome and its step
    assert said(agent, person).count("Invited to add an authenticator") == 1
    assert Event.objects.count() == 2


def test_what_shuts_somebody_out_looks_so_and_comes_last(organisation, person, app):
    page = of(role("RA manager", organisation), person).content.decode()
    buttons = re.findall(r'<li><a class="button( desk-grave)?" href="[^"]+">([^<]+)<', page)
    assert [title for grave, title in buttons if grave] == ["Revoke all authenticators", "Close the profile"]
    assert [bool(grave) for grave, _ in buttons] == sorted(bool(grave) for grave, _ in buttons)


def test_many_are_chosen_by_boxes_to_tick(admin_client, organisation, agent):
    group = agent.user.groups.get()
    for row, field in ((organisation, "staff"), (agent.user, "groups"), (group, "permissions")):
        page = of(admin_client, row).content.decode()
        assert "selectfilter" not in page
        assert re.search(rf'<input type="checkbox" name="{field}"', page)


def test_lists_are_called_what_they_are(agent, person):
    for model, title in (("careid/event", "Events"), ("authenticators/authenticator", "Authenticators")):
        assert f"<h1>{title}</h1>" in agent.get(f"/admin/{model}/").content.decode()


def test_the_roles_that_services_are_told_stand_there_with_where_they_are(agent, person):
    assert "Roles that services are told" not in said(agent, person)
    Role.objects.create(
        profile=person, person_roleid="555001", person_orgid="1", org_code="RX1", role_code="S0010:G0020:R8001", role_name='"Clinical":"X":"Nurse Access Role"'
    )  # fmt: skip
    words = said(agent, person)
    for word in ("Nurse Access Role", "Riverside Community Trust (RX1)", "S0010:G0020:R8001", "555001"):
        assert word in words
