"""Every page of the desk asks the database as often for a thousand rows as for ten."""

import re
from uuid import UUID

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apply.models import Application, Invitation
from authenticators.models import Authenticator, Report
from authenticators.registry import KINDS
from careid.people.models import Organisation, Profile
from careid.post.models import Mail
from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import record, together
from desk import exports, find, read_only
from moves.models import Person
from tests import kinds
from tests.desk.door.admins import signed_in
from tests.desk.movers import a_move
from tests.plans import never_counted

FEW, MANY = 10, 1_000
PROFILES, EVENTS = "/admin/careid/profile/", "/admin/careid/event/"
AUTHENTICATORS, REPORTS = "/admin/authenticators/authenticator/", "/admin/authenticators/report/"
APPLICATIONS, INVITATIONS = "/admin/apply/application/", "/admin/apply/invitation/"
MOVES, MOVERS = "/admin/moves/move/", "/admin/moves/person/"
LISTS = (
    *(PROFILES, f"{PROFILES}?q=samp", f"{PROFILES}?q=ama+samp", f"{PROFILES}?q=ama.sample", f"{PROFILES}?p=1"),
    *(f"{PROFILES}?number=no", f"{PROFILES}?address=no", f"{PROFILES}?state__exact=open", f"{PROFILES}?added=1"),
    *(*(f"{PROFILES}?has={kind}" for kind in kinds.slugs()), f"{PROFILES}?has=no-{kinds.some_kind()}", f"{PROFILES}?invited=added", f"{PROFILES}?invited=no"),
    *(EVENTS, f"{EVENTS}?q=samp", f"{EVENTS}?q=7K4-Q2M", f"{EVENTS}?outcome=refused", f"{EVENTS}?name__exact=mail.failed"),
    *(AUTHENTICATORS, f"{AUTHENTICATORS}?q=samp", f"{AUTHENTICATORS}?state__exact=active", REPORTS),
    *(APPLICATIONS, f"{APPLICATIONS}?state=all&over=3", f"{APPLICATIONS}?q=samp", f"{APPLICATIONS}?q=7K4-Q2M"),
    *(INVITATIONS, f"{INVITATIONS}?state__exact=submitted&age=7", f"{INVITATIONS}?q=samp", f"{INVITATIONS}?look=refused"),
    *(MOVES, MOVERS, f"{MOVERS}?q=samp", f"{MOVERS}?q=ama.sample", f"{MOVERS}?standing=out", f"{MOVERS}?call=wanted"),
    *("/admin/careid/organisation/", f"{PROFILES}dashboard/", f"{PROFILES}invite/"),
)  # fmt: skip


def fill(first, last):
    """People with everything that hangs on them, and organisations, in a statement a table."""
    places = Organisation.objects.bulk_create(Organisation(code=f"X{n:05}") for n in range(first, last))
    people = Profile.objects.bulk_create(
        Profile(user_id=f"8888{n:08}", given_name="Ama", family_name="Sample", email=f"ama.sample.{n}@example.nhs.uk",
                organisation=place) for n, place in zip(range(first, last), places, strict=True)
    )  # fmt: skip
    hang(people, 1, first)
    Authenticator.objects.bulk_create(an_authenticator(one, kinds.some_kind(), one.user_id) for one in people)
    apply(people)
    move(people)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the server does by itself, before long
    return places


def apply(people):
    """An application beside each."""
    names = {"given_name": "Ama", "family_name": "Sample"}
    asked = Invitation.objects.bulk_create(
        Invitation(organisation=one.organisation, email=one.email, by="admin:1", state="submitted", reference="7K4-Q2M",
                   token_hash=one.user_id.encode(), expires_at=timezone.now(), **names) for one in people
    )  # fmt: skip
    Application.objects.bulk_create(
        Application(invitation=one, organisation=one.organisation, **names) for one in asked
    )


def move(people):
    """All of them in one move."""
    names = {"given_name": "Ama", "family_name": "Sample", "way": "two_factor"}
    one = a_move()
    Person.objects.bulk_create(
        Person(move=one, organisation=each.organisation, email=each.email, profile=each, token_hash=each.user_id.encode(),
               **names) for each in people
    )  # fmt: skip


def hang(people, count, first=0):
    """So many events, mails and reports of each."""
    each = [(one, n) for one in people for n in range(count)]
    name = {"name": "attempt.started", "outcome": "ok", "actor": "person", "reference": "7K4-Q2M"}
    Event.objects.bulk_create(
        Event(profile_id=one.pk, organisation=one.organisation.code, attempt_id=UUID(int=n), **name) for one, n in each
    )
    Mail.objects.bulk_create(Mail(profile=one, template="email_code", state="sent") for one, _ in each)
    Report.objects.bulk_create(Report(profile=one, token_hash=f"{first}.{n}.{one.pk}".encode()) for one, n in each)


def an_authenticator(person, kind, external_id):
    return Authenticator(profile=person, kind=kind, external_id=external_id, material={}, added_by="person")


def asked(client, path):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
        assert response.status_code == 200
        if response.streaming:
            assert list(response)
    return len(captured)


@pytest.fixture(params=["superuser", "RA manager"])
def client(request, admin_user):
    """One who sees all, and one who sees the rows of the organisations that look after them."""
    user = admin_user
    if request.param != "superuser":
        user = User.objects.create_user("rita", is_staff=True)
        user.groups.add(Group.objects.get(name=request.param))
    client = signed_in(Client(), user)
    client.user = user
    return client


def seen_by(client, places):
    client.user.organisations.add(*places)


def test_a_list_asks_as_often_for_a_thousand_rows_as_for_ten(client):
    seen_by(client, fill(0, FEW))
    few = {path: asked(client, path) for path in LISTS}
    seen_by(client, fill(FEW, MANY))
    assert {path: asked(client, path) for path in LISTS} == few


@pytest.mark.parametrize(
    ("found", "indexes"),
    [
        (find.called(Person.objects.all(), "samp"), {"person_folded_start", "person_email_start"}),
        (find.called(Invitation.objects.all(), "samp"), {"invitation_folded_start", "invitation_email_start"}),
        (find.applications(Application.objects.all(), "samp"), {"application_folded_start"}),
    ],
    ids=["people in moves", "invitations", "applications"],
)
@pytest.mark.django_db
def test_a_search_reads_no_whole_table(found, indexes):
    never_counted(found.model._meta.db_table)
    plan = found.explain()
    assert indexes <= set(re.findall(r"\w+_start", plan)), plan


def test_a_person_s_page_asks_as_often_with_a_long_past(client, person):
    seen_by(client, [person.organisation])
    hang([person], FEW)
    few = asked(client, f"{PROFILES}{person.pk}/change/")
    hang([person], MANY, FEW)
    Authenticator.objects.bulk_create(
        an_authenticator(person, kind.slug, f"{kind.slug}{n}") for kind in KINDS.values() for n in range(kind.most)
    )
    assert (
        asked(client, f"{PROFILES}{person.pk}/change/") <= few
    )  # where a kind is full, whether it is offered is not asked


def test_a_person_s_page_asks_as_often_however_much_was_reported_and_stopped(client, person):
    seen_by(client, [person.organisation])
    Profile.objects.update(reported_at=timezone.now(), email_changed_at=timezone.now(), previous_email="b@example.com")
    kind = kinds.some_kind()
    report_and_stop(person, kind, 0, FEW)
    few = asked(client, f"{PROFILES}{person.pk}/change/")
    report_and_stop(person, kind, FEW, 3 * FEW)
    assert asked(client, f"{PROFILES}{person.pk}/change/") <= few


def report_and_stop(person, kind, first, last):
    """Reports, with the events that the rules of who may undo them read, and authenticators that somebody stopped."""
    hang([person], last - first, first)
    with together():
        for _ in range(first, last):
            record(EventName.NOT_ME_REPORTED, profile=person)
    stopped = {"state": "suspended", "state_reason": "not_me", "state_changed_at": timezone.now()}
    rows = [an_authenticator(person, kind, str(n)) for n in range(first, last)]
    for row in rows:
        vars(row).update(stopped)
    Authenticator.objects.bulk_create(rows)


def test_a_file_of_people_asks_twice_for_each_chunk(client, monkeypatch):
    monkeypatch.setattr(exports, "ROWS_AT_ONCE", MANY)
    seen_by(client, fill(0, FEW))
    few = asked(client, f"{PROFILES}export/")
    seen_by(client, fill(FEW, MANY))
    assert asked(client, f"{PROFILES}export/") - few <= 2


def test_a_list_is_counted_no_further_than_somebody_pages(client, monkeypatch):
    monkeypatch.setattr(read_only, "COUNTED_MOST", FEW)
    seen_by(client, fill(0, FEW))
    assert f"{FEW} profiles" in (page := client.get(PROFILES).content.decode())
    assert "More than" not in page
    seen_by(client, fill(FEW, FEW + 1))
    assert f"More than {FEW} profiles" in client.get(PROFILES).content.decode()
