"""The list of people as a file, and the invitation of all who stand on it."""

import csv
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.people import spreadsheets
from careid.people.models import Organisation, Profile
from careid.trail.models import Event
from desk import exports, profile_admin
from tests import kinds
from tests.desk.door.admins import role, stale
from tests.visitors import post

pytestmark = pytest.mark.django_db
USED = timezone.now().replace(microsecond=0)
EXPORT, INVITE = "/admin/careid/profile/export/", "/admin/careid/profile/invite/"


@pytest.fixture
def manager(organisation):
    return role("RA manager", organisation)


def rows(response):
    text = b"".join(response.streaming_content).decode()
    assert text.startswith(spreadsheets.BOM)
    return list(csv.reader(text.removeprefix(spreadsheets.BOM).splitlines()))


def test_a_row_says_who_somebody_is_and_what_they_have_and_no_cell_is_a_formula(manager, make_person):
    person = make_person(given_name="=1+1", family_name="\u3000@SUM(1)")
    for state in ("active", "suspended", "revoked"):
        reason = "" if state == "active" else "lost"
        Authenticator.objects.create(
            profile=person, kind=kinds.some_kind(), external_id=state, material={}, added_by="person", state=state, state_reason=reason, last_used_at=USED,
        )  # fmt: skip
    response = manager.get(EXPORT)
    assert response.streaming
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    header, row = rows(response)
    assert header == [
        *("user_id", "given_name", "family_name", "email", "state", "organisation", "invited_at"),
        *KINDS,
        *("last_added", "last_signed_in"),
    ]
    assert row[-1] == USED.isoformat()
    assert row[:7] == [person.user_id, "'=1+1", "'\u3000@SUM(1)", person.email, "open", "RX1", ""]
    assert row[7:-2] == ["2" if kind == kinds.some_kind() else "0" for kind in KINDS]
    assert person.nino_fingerprint not in str(row)


def test_that_it_was_asked_for_stands_in_the_trail_before_the_first_row(manager, person):
    response = manager.get(EXPORT)
    [event] = Event.objects.all()
    assert (event.name, event.actor, event.organisation) == ("profile.exported", f"admin:{manager.user.pk}", "RX1")
    assert len(rows(response)) == 2


def test_each_organisation_of_the_list_has_it_in_its_own_trail_and_no_other(make_person, organisation):
    two = [Organisation.objects.create(code=code) for code in ("RX2", "RX3")]
    manager = role("RA manager", organisation, *two)
    make_person(), make_person(organisation=two[0])
    manager.get(EXPORT)
    assert [event.organisation for event in Event.objects.order_by("organisation")] == ["RX1", "RX2"]
    manager.get(EXPORT, {"q": "nobody.at.all"})
    assert [event.organisation for event in Event.objects.order_by("sequence")[2:]] == ["RX1", "RX2", "RX3"]


def test_a_number_that_is_nobodys_stands_in_the_trail_of_each_organisation_of_who_asked(person, organisation):
    manager = role("RA manager", organisation, Organisation.objects.create(code="RX2"))
    manager.post("/admin/careid/profile/by-number/", {"national_insurance_number": "PP999999A"})  # PP is never issued
    assert [event.organisation for event in Event.objects.order_by("organisation")] == ["RX1", "RX2"]


def test_who_got_or_lost_the_sight_of_an_organisations_people_is_read_by_its_auditors(admin_client, organisation):
    user = role("RA agent", organisation).user
    other = Organisation.objects.create(code="RX2")
    page = f"/admin/auth/user/{user.pk}/change/"
    admin_client.post(page, {"is_active": "on", "groups": [], "organisations": "RX2"})
    events = Event.objects.filter(name="admin.changed").order_by("organisation")
    assert [event.organisation for event in events] == ["RX1", "RX2"]
    trail = role("Auditor", other).get("/admin/careid/event/").content.decode()
    assert "Desk: account changed" in trail


def test_the_file_holds_what_the_list_was_narrowed_to(manager, make_person):
    make_person()
    wanted = make_person(nino="")
    assert [row[0] for row in rows(manager.get(EXPORT, {"number": "no"}))[1:]] == [wanted.user_id]
    assert [row[0] for row in rows(manager.get(EXPORT, {"q": wanted.email}))[1:]] == [wanted.user_id]


def test_it_is_read_in_short_statements_however_long_it_is(manager, make_person, monkeypatch):
    monkeypatch.setattr(exports, "ROWS_AT_ONCE", 2)
    people = [make_person() for _ in range(5)]
    response = manager.get(EXPORT)
    lines = iter(response.streaming_content)
    next(lines)
    with CaptureQueriesContext(connection) as asked:
        next(lines)
    assert len(asked) == 2
    assert [line.split(b",")[0].decode() for line in lines] == [one.user_id for one in people[1:]]


def test_a_factor_is_asked_for_again_and_the_filters_stay(manager, person):
    response = stale(manager).get(EXPORT, {"number": "no"})
    assert response["Location"] == "/admin/login/second/?next=%2Fadmin%2Fcareid%2Fprofile%2Fexport%2F%3Fnumber%3Dno"
    assert not Event.objects.exists()


@pytest.mark.parametrize("page", [EXPORT, INVITE])
def test_a_filter_that_there_is_not_is_a_404(page, manager):
    manager.user.organisations.add(Organisation.objects.create(code="RX2"))  # with one alone there is nothing to choose
    for query in ("organisation__id__exact=x", "shoe=1", "number=maybe&state__exact=%00"):
        assert manager.get(f"{page}?{query}").status_code in {400, 404}


def test_asking_without_taking_it_leaves_no_event(manager):
    assert manager.head(EXPORT).status_code == manager.post(EXPORT).status_code == 405
    assert not Event.objects.exists()


def test_a_list_is_invited_once_and_whoever_could_not_enrol_is_left_out(manager, make_person):
    able = [make_person(), make_person()]
    make_person(email=None)
    make_person(state="closed", closed_reason="leaver")
    make_person(organisation=Organisation.objects.create(code="RX2"))
    assert "This list has 4 people." in manager.get(INVITE).content.decode()
    assert not Event.objects.exists()
    for words in ("2 invitations sent.", "0 invitations sent."):
        assert words in manager.post(INVITE, follow=True).content.decode()
    assert sorted(mail.to[0] for mail in post()) == sorted(one.email for one in able)
    assert Event.objects.filter(name="profile.invited", actor=f"admin:{manager.user.pk}").count() == 2


def test_only_those_on_the_filtered_list_are_invited(manager, make_person):
    make_person()
    wanted = make_person(nino="")
    manager.post(f"{INVITE}?number=no")
    assert [mail.to for mail in post()] == [[wanted.email]]


def test_a_list_that_is_too_long_is_invited_by_nobody_not_even_by_a_post(manager, make_person, monkeypatch):
    monkeypatch.setattr(profile_admin, "INVITED_AT_ONCE", 1)
    make_person(), make_person()
    for ask in (manager.get, manager.post):
        assert "more than 1 people" in ask(INVITE).content.decode()
    assert not Event.objects.exists()


def test_who_has_added_since_is_seen(manager, make_person):
    added, waiting, other = make_person(), make_person(), make_person()
    Profile.objects.exclude(pk=other.pk).update(invited_at=timezone.now() - timedelta(days=1))
    Authenticator.objects.create(profile=added, kind=kinds.some_kind(), external_id="x", material={}, added_by="person")
    for value, who in (("added", added), ("waiting", waiting), ("no", other)):
        listed = manager.get("/admin/careid/profile/", {"invited": value}).context["cl"]
        assert list(listed.result_list) == [who]
