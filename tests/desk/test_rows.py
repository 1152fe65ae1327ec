"""The Registration Authority's desk: what it shows, what it changes, and what it never tells."""

import re
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.limits import limits
from careid.people.models import Organisation
from careid.people.services import Service
from careid.trail.models import Event
from careid.trail.names import EventName
from tests import kinds
from tests.desk.door.admins import signed_in
from tests.environment import key

PROFILES = "/admin/careid/profile/"
BY_NUMBER = "/admin/careid/profile/by-number/"
EVENTS = "/admin/careid/event/"
READ_ONLY = (PROFILES, EVENTS, "/admin/authenticators/authenticator/")


@pytest.fixture
def agent(admin_client):
    return admin_client


@pytest.fixture
def app(person):
    return Authenticator.objects.create(
        profile=person,
        kind=kinds.some_kind(),
        external_id="x1",
        name="Work phone",
        material={"key": "7777"},
        added_by="person",
    )


def words(response):
    return response.content.decode()


def events(name):
    return list(Event.objects.filter(name=name).order_by("sequence"))


def a_form(organisation, **changes):
    kept = ("code", "name", "ra_name", "ra_email", "ra_phone", "ra_hours")
    return (
        {field: getattr(organisation, field) for field in kept}
        | {"takes_part": "on", "email_domains": ""}
        | {name: "on" for name, is_on in kinds.organisation().items() if is_on}
        | changes
    )


def page_of(organisation):
    return f"/admin/careid/organisation/{organisation.pk}/change/"


def test_a_changed_organisation_leaves_an_event_that_names_the_fields(agent, admin_user, organisation):
    changes = {"name": "Hillside Trust", "kinds_off": [kinds.some_kind()], "email_domains": "a.nhs.uk, b.nhs.uk"}
    assert agent.post(page_of(organisation), a_form(organisation, **changes)).status_code == 302
    organisation.refresh_from_db()
    assert (organisation.kinds_off, organisation.email_domains) == ([kinds.some_kind()], ["a.nhs.uk", "b.nhs.uk"])
    (event,) = events("organisation.changed")
    assert event.actor == f"admin:{admin_user.pk}"
    assert event.organisation == organisation.code
    assert event.details == {"changed": ["name", "kinds_off", "email_domains"]}


def test_an_organisation_saved_as_it_was_leaves_none(agent, organisation):
    agent.post(page_of(organisation), a_form(organisation))
    assert not events("organisation.changed")


def test_without_its_event_an_organisation_does_not_change(agent, organisation):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE careid_event ADD CHECK (name <> 'organisation.changed')")
    with pytest.raises(IntegrityError):
        agent.post(page_of(organisation), a_form(organisation, name="Hillside Trust"))
    organisation.refresh_from_db()
    assert organisation.name == "Riverside Community Trust"


def test_an_organisation_keeps_its_code_and_is_never_deleted(agent, organisation):
    agent.post(page_of(organisation), a_form(organisation, code="XX9"))
    assert agent.post(f"/admin/careid/organisation/{organisation.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Organisation.objects.get().code == "RX1"


def test_the_kinds_offered_are_those_there_are(agent, organisation):
    page = words(agent.get(page_of(organisation)))
    assert all(f'value="{kind}"' in page for kind in KINDS)
    assert agent.post(page_of(organisation), a_form(organisation, kinds_off=["fax"])).status_code == 200
    assert agent.get(page_of(organisation)).context["adminform"].form["kinds_off"].value() == []


def test_an_organisation_and_a_service_are_added(agent, organisation):
    new = a_form(organisation, code="RX7")
    assert agent.post("/admin/careid/organisation/add/", new).status_code == 302
    assert agent.post("/admin/careid/service/add/", {"name": "Summary care record"}).status_code == 302
    assert Organisation.objects.filter(code="RX7", kinds_off=[]).exists()
    assert Service.objects.get().name == "Summary care record"


@pytest.mark.parametrize("path", READ_ONLY)
def test_people_authenticators_and_the_trail_are_only_read(agent, person, app, path):
    event = Event.objects.create(name=EventName.MAIL_FAILED, outcome="failed", actor="system")
    pk = {PROFILES: person.pk, EVENTS: event.pk}.get(path, app.pk)
    assert agent.get(f"{path}{pk}/change/").status_code == 200
    for closed in (f"{path}add/", f"{path}{pk}/delete/"):
        assert agent.post(closed, {"post": "yes"}).status_code == 403
    assert agent.post(f"{path}{pk}/change/", {"given_name": "Other", "name": "Other"}).status_code == 403
    assert "delete_selected" not in words(agent.get(path))


def test_a_profile_s_page_tells_that_a_number_is_on_file_and_never_its_fingerprint(agent, make_person, app):
    page = words(agent.get(f"{PROFILES}{app.profile_id}/change/"))
    fingerprint = app.profile.nino_fingerprint
    assert "NI number on file" in page
    assert 'alt="True"' in page
    assert fingerprint not in page
    assert fingerprint.partition(":")[2] not in page
    assert app.profile.user_handle.hex() not in page
    assert 'alt="False"' in words(agent.get(f"{PROFILES}{make_person(nino='').pk}/change/"))


def test_a_profile_s_page_shows_its_authenticators_and_last_events(agent, person, app):
    Event.objects.create(name="Authenticator added", outcome="ok", actor="person", profile_id=person.pk)
    page = words(agent.get(f"{PROFILES}{person.pk}/change/"))
    assert f"/admin/authenticators/authenticator/{app.pk}/change/" in page
    assert "Work phone" in page
    assert "Authenticator added" in page


def test_what_only_a_kind_reads_is_on_no_page(agent, app):
    for path in (READ_ONLY[2], f"{READ_ONLY[2]}{app.pk}/change/", f"{PROFILES}{app.profile_id}/change/"):
        page = words(agent.get(path))
        assert "Work phone" in page
        assert "7777" not in page
        assert "material" not in page.lower()


@pytest.mark.parametrize("typed", ["{0.user_id}", "{0.email}", "ZAN.unus", "mirab", "zanz mira"])
def test_a_profile_is_found_by_what_its_columns_begin_with(agent, make_person, typed):
    wanted = make_person(given_name="Zanzibar", family_name="Mirabel", email="zan.unusual@example.nhs.uk")
    make_person()
    page = words(agent.get(PROFILES, {"q": typed.format(wanted)}))
    assert wanted.user_id in page
    assert page.count("9999") == page.count(wanted.user_id)


@pytest.mark.parametrize(
    ("query", "found"),
    [({"number": "yes"}, 1), ({"number": "no"}, 2), ({"address": "no"}, 1), ({"state": "closed"}, 1), ({}, 3)],
)
def test_the_list_is_narrowed_by_what_is_on_file(agent, make_person, query, found):
    make_person()
    make_person(nino="", email=None)
    make_person(nino="", state="closed", closed_reason="left")
    query = {"state__exact" if name == "state" else name: value for name, value in query.items()}
    assert agent.get(PROFILES, query).context["cl"].result_count == found


def test_an_organisation_leads_to_its_people(agent, person, make_person):
    other = Organisation.objects.create(code="RX2")
    make_person(organisation=other)
    address = f"{PROFILES}?organisation__id__exact={other.pk}"
    assert address in words(agent.get(page_of(other)))
    assert agent.get(address).context["cl"].result_count == 1


@pytest.mark.parametrize(
    "address",
    [
        f"{PROFILES}?nino_fingerprint__startswith=i1:a",
        f"{PROFILES}?nino_fingerprint__isnull=0",
        f"{PROFILES}?user_handle__gt=a",
        f"{READ_ONLY[2]}?material__startswith=a",
        f"{READ_ONLY[2]}?profile__nino_fingerprint__startswith=i1:a",
    ],
)
def test_no_address_can_ask_about_what_is_secret(agent, app, address):
    assert agent.get(address).status_code == 400


@pytest.mark.parametrize("path", READ_ONLY)
@pytest.mark.parametrize(
    "query",
    [
        *("q=%00", "q=a%00b", "state__exact=%00", "organisation__id__exact=%00", "name__exact=%00", "outcome=%00"),
        *("q=%FF%FE", "q=%ED%A0%80", "q=" + "9" * 5_000, "q=%22", "q=%27", "q=%22%22", "p=99999999999999999999", "p=x"),
        *("o=9.9.9", "organisation__id__exact=x", "organisation__id__exact=99999999999999999999", "shoe=1", "e=1"),
        *("number=maybe", "outcome=maybe", "q=%E2%80%AE", "all=", "_to_field=x", "_popup=1", "q=%C2%B2%C2%B3"),
    ],
)
def test_odd_queries_get_an_answer(agent, app, path, query):
    assert agent.get(f"{path}?{query}").status_code in {200, 302, 400}


@pytest.mark.parametrize("pk", ["x", "_00", "99999999999999999999", "-1", "%ED%A0%80"])
@pytest.mark.parametrize("path", READ_ONLY)
def test_a_row_that_is_not_there_is_a_404(agent, path, pk):
    assert agent.get(f"{path}{pk}/change/").status_code in {404, 400}


@pytest.mark.parametrize("typed", ["PP000001A", "pp 00 00 01 a", "PP-00-00-01", "QQ123456C"])
@pytest.mark.parametrize("path", READ_ONLY)
def test_a_number_in_the_search_goes_no_further(agent, person, path, typed):
    with CaptureQueriesContext(connection) as asked:
        response = agent.get(path, {"q": typed})
    assert response["Location"] == path
    assert not any("PP" in query["sql"].upper() for query in asked if "profile" in query["sql"])
    page = words(agent.get(path))
    assert "its own box" in page
    assert typed not in page


def test_a_number_finds_its_profile(agent, admin_user, person, make_person):
    make_person()
    response = agent.post(BY_NUMBER, {"national_insurance_number": f" {person.nino.lower()} "})
    assert response["Location"] == f"{PROFILES}{person.pk}/change/"
    (event,) = events("profile.nino_checked")
    assert (event.outcome, event.actor, event.profile_id) == ("ok", f"admin:{admin_user.pk}", person.pk)


def test_a_number_finds_the_open_profile_before_a_closed_one_and_under_an_older_key(agent, make_person, settings):
    person = make_person()
    make_person(nino=person.nino, state="closed", closed_reason="left")
    settings.INDEX_KEYS = f"{key('i2')},{settings.INDEX_KEYS}"
    response = agent.post(BY_NUMBER, {"national_insurance_number": person.nino})
    assert response["Location"] == f"{PROFILES}{person.pk}/change/"


def test_a_number_that_is_nobody_s_is_said_and_kept_in_the_trail(agent, person):
    page = words(agent.post(BY_NUMBER, {"national_insurance_number": "PP999999A"}, follow=True))
    assert "Nobody whose profile you look after has that number." in page
    assert "PP999999A" not in page
    (event,) = events("profile.nino_checked")
    assert (event.outcome, event.profile_id) == ("none", None)


@pytest.mark.parametrize("typed", ["", "hello", "PP99999\0A", "\ud800", "Q" * 5_000])
def test_what_is_no_number_is_said_and_not_counted(agent, person, typed):
    body = urlencode({"national_insurance_number": typed}, errors="surrogatepass")
    page = words(agent.post(BY_NUMBER, body, content_type="application/x-www-form-urlencoded", follow=True))
    assert "That is not a National Insurance number." in page
    assert not events("profile.nino_checked")


def test_an_admin_checks_thirty_numbers_an_hour(agent, person):
    for _ in range(limits.NINO_CHECKS.most):
        agent.post(BY_NUMBER, {"national_insurance_number": "PP999999A"})
    page = words(agent.post(BY_NUMBER, {"national_insurance_number": person.nino}, follow=True))
    assert "Too many numbers were checked. Try again after" in page
    assert len(events("profile.nino_checked")) == 30


def test_a_number_is_asked_for_by_a_post_alone_with_a_token_and_the_right(person, admin_user):
    stranger, clerk = Client(), Client()
    data = {"national_insurance_number": person.nino}
    assert "/admin/login/" in stranger.post(BY_NUMBER, data)["Location"]
    user = User.objects.create_user("clerk", is_staff=True)
    signed_in(clerk, user)
    assert clerk.post(BY_NUMBER, data).status_code == 403
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_profile", "check_number"]))
    user.organisations.add(person.organisation)
    assert clerk.post(BY_NUMBER, data).status_code == 302
    assert clerk.get(BY_NUMBER).status_code == 405
    strict = signed_in(Client(enforce_csrf_checks=True), admin_user)
    assert strict.post(BY_NUMBER, data).status_code == 403


@pytest.mark.parametrize("typed", ["7K4-Q2M", "7k4q2m", "{0.pk}", "{0.user_id}"])
def test_an_event_is_found_by_reference_and_by_profile(agent, person, typed):
    common = {"outcome": "ok", "actor": "person"}
    Event.objects.create(name="attempt.started", reference="7K4-Q2M", profile_id=person.pk, **common)
    Event.objects.create(name="attempt.started", reference="7K4-Q2N", profile_id=person.pk + 1, **common)
    listed = agent.get(EVENTS, {"q": typed.format(person)}).context["cl"]
    assert [event.reference for event in listed.result_list] == ["7K4-Q2M"]


def test_events_are_narrowed_by_name_and_outcome(agent, db):
    for name, outcome in (("mail.failed", "failed"), ("attempt.started", "ok"), ("email_code.rejected", "refused")):
        Event.objects.create(name=name, outcome=outcome, actor="system")
    for query in ("name__exact=mail.failed", "outcome=failed"):
        assert [event.name for event in agent.get(f"{EVENTS}?{query}").context["cl"].result_list] == ["mail.failed"]


@pytest.mark.parametrize("path", [*READ_ONLY, "/admin/careid/organisation/"])
def test_a_list_asks_as_much_of_the_database_for_many_rows_as_for_few(agent, make_person, path):
    def rows(count):
        for _ in range(count):
            organisation = Organisation.objects.create(code=f"R{Organisation.objects.count():03}")
            person = make_person(organisation=organisation)
            Event.objects.create(name="attempt.started", outcome="ok", actor="person", profile_id=person.pk)
            Authenticator.objects.create(
                profile=person, kind=kinds.some_kind(), external_id=person.user_id, material={}, added_by="person"
            )

    def asked():
        with CaptureQueriesContext(connection) as captured:
            agent.get(path)
        return len(captured)

    rows(2)
    few = asked()
    rows(20)
    assert asked() == few


def test_trusted_types_are_left_to_the_public_pages(agent):
    public, desk = (
        client.get(path)["Content-Security-Policy"] for client, path in ((Client(), "/"), (agent, PROFILES))
    )
    assert "require-trusted-types-for 'script'" in public
    assert desk.split("; ").sort() == public.replace("; require-trusted-types-for 'script'", "").split("; ").sort()
    assert "require-trusted-types-for" not in desk
    assert "unsafe" not in desk


def test_a_filter_with_many_choices_is_closed_until_one_is_chosen(agent, person):
    def opened(query):
        page = agent.get(EVENTS + query).content.decode()
        return re.findall(r'<details data-filter-title="([^"]+)" open>', page)

    assert opened("") == ["when", "outcome"]
    assert opened("?name__exact=mail.failed") == ["when", "outcome", "what happened"]
