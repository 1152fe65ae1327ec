"""Which role a service is told was chosen, when somebody is asked, and what is told of all of them."""

from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from authenticators.models import Authenticator
from careid.errors import Refused
from careid.people.models import Organisation
from careid.people.roles import Role
from careid.people.services import Service
from careid.trail.models import Event
from provider import roles
from provider.models import ChosenRole, Client, Request
from sign_in import sessions, visits
from sign_in.browser import Browser
from tests import kinds

pytestmark = pytest.mark.django_db
NUMBERS = count(1)
ASKS = ("openid", "nationalrbacaccess", "selectedrole")
NURSE = '"Clinical":"Clinical Provision":"Nurse Access Role"'


def hold(person, **fields):
    number = next(NUMBERS)
    usual = {
        "person_roleid": f"5550{number:08}",
        "person_orgid": "555111222333",
        "org_code": "RX1",
        "role_code": "S0010:G0020:R8001",
        "role_name": NURSE,
    }
    return Role.objects.create(profile=person, **usual | fields)


@pytest.fixture
def session(person):
    return session_of(person)


def session_of(person):
    one = Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id=f"made {next(NUMBERS)}", material={}, added_by="person"
    )
    return sessions.open(visit=visits.begin(), authenticator=one, browser=Browser()).session


@pytest.fixture
def asked(db):
    """A request that waits for its person."""
    service = Service.objects.create(name="Vaccines")
    client = Client.objects.create(service=service, client_id="vaccines.apps", redirect_uris=["https://v.example/cb"])
    return lambda: Request.objects.create(client=client)


def settle(session, *scopes, needs_role=False, **more):
    return roles.settle(session=session, profile=session.profile, scopes=scopes or ASKS, needs_role=needs_role, **more)


def test_one_role_is_theirs_without_a_word(session, person):
    mine = hold(person)
    for scope in ("nationalrbacaccess", "selectedrole", "changedrole"):
        assert settle(session, "openid", scope) == roles.Settled(role=mine)


def test_of_several_one_is_asked_for_only_where_the_service_wants_the_choice(session, person):
    hold(person), hold(person)
    assert settle(session, "openid", "selectedrole") == roles.Settled(ask=True)
    assert settle(session, "openid", "changedrole") == roles.Settled(ask=True)
    assert settle(session, "openid", "nationalrbacaccess") == roles.Settled()


def test_what_was_chosen_in_this_session_is_not_asked_for_again(session, person, asked):
    _, other = hold(person), hold(person)
    assert roles.choose(session=session, request=asked(), person_roleid=other.person_roleid) == other
    assert settle(session) == roles.Settled(role=other)
    assert settle(session, "nationalrbacaccess") == roles.Settled(role=other)
    assert settle(session_of(person)) == roles.Settled(ask=True)


def test_a_role_that_is_to_be_changed_is_chosen_anew_for_that_very_request(session, person, asked):
    first, second = hold(person), hold(person)
    before, now = asked(), asked()
    roles.choose(session=session, request=before, person_roleid=first.person_roleid)
    change = (*ASKS, "changedrole")
    assert settle(session, *change) == settle(session, *change, request_id=now.pk) == roles.Settled(ask=True)
    roles.choose(session=session, request=now, person_roleid=second.person_roleid)
    assert settle(session, *change, request_id=now.pk) == roles.Settled(role=second)
    assert settle(session) == roles.Settled(role=second)
    assert ChosenRole.objects.count() == 1


def test_a_chosen_role_that_went_away_is_not_used(session, person, asked):
    gone, _, left = hold(person), hold(person), hold(person)
    roles.choose(session=session, request=asked(), person_roleid=gone.person_roleid)
    gone.delete()
    assert settle(session) == roles.Settled(ask=True)
    left.delete()
    assert settle(session).role is not None


def test_a_chosen_role_that_became_anothers_is_not_used(session, person, make_person, asked):
    moved, _, _ = hold(person), hold(person), hold(person)
    roles.choose(session=session, request=asked(), person_roleid=moved.person_roleid)
    Role.objects.filter(pk=moved.pk).update(profile=make_person())
    assert settle(session) == roles.Settled(ask=True)


def test_nobody_lacks_a_role_but_where_the_client_needs_one(session, person):
    assert settle(session) == settle(session, "openid") == roles.Settled()
    assert settle(session, needs_role=True) == settle(session, "openid", needs_role=True) == roles.Settled(missing=True)
    hold(person)
    assert settle(session, "openid", needs_role=True) == roles.Settled()  # it asked for nothing of the role


def test_a_role_of_another_person_cannot_be_chosen(session, person, make_person, asked):
    hold(person), hold(person)
    theirs = hold(make_person())
    for given in (theirs.person_roleid, "", "0", "x" * 10_000, "\0"):
        with pytest.raises(Refused, match="not_theirs"):
            roles.choose(session=session, request=asked(), person_roleid=given)
    assert not ChosenRole.objects.exists()
    assert not Event.objects.filter(name="role.selected").exists()


def test_a_choice_stands_in_the_trail_by_the_clients_id_alone(session, person, asked):
    mine = hold(person)
    roles.choose(session=session, request=asked(), person_roleid=mine.person_roleid)
    told = Event.objects.get(name="role.selected")
    assert (told.profile_id, told.outcome, told.details) == (person.pk, "ok", {"client": "vaccines.apps"})


def test_what_is_asked_takes_one_statement_and_none_where_nothing_is_wanted(session, person):
    hold(person), hold(person)
    settle(session), roles.of(person)  # each statement is made once
    for statements, ask in (
        (1, lambda: settle(session)),
        (0, lambda: settle(session, "openid", "profile")),
        (1, lambda: roles.claims(profile=person, roles=roles.of(person), scopes=["nationalrbacaccess", "associatedorgs"])),
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as made:
            ask()
        assert len(made) == statements


def test_roles_are_told_by_their_scope_with_optional_names_only_where_they_are_filled(person):
    hold(person, person_roleid="555000000001")
    hold(person, person_roleid="555000000002", activity_codes=["B0016"], activities=["Amend"], workgroups=["Ward 5"])
    told = roles.claims(profile=person, roles=roles.of(person), scopes=["openid", "nationalrbacaccess"])
    plain = {
        "person_orgid": "555111222333",
        "person_roleid": "555000000001",
        "org_code": "RX1",
        "role_name": NURSE,
        "role_code": "S0010:G0020:R8001",
    }
    more = {"activity_codes": ["B0016"], "activities": ["Amend"], "workgroups": ["Ward 5"]}
    assert told == {"nhsid_nrbac_roles": [plain, plain | {"person_roleid": "555000000002"} | more]}


def test_who_has_no_role_is_told_of_with_an_empty_list(person):
    told = roles.claims(profile=person, roles=[], scopes=["nationalrbacaccess", "associatedorgs"])
    assert told == {
        "nhsid_nrbac_roles": [],
        "nhsid_user_orgs": [{"org_name": "Riverside Community Trust", "org_code": "RX1"}],
        "nhsid_org_roles": [],
    }
    assert roles.claims(profile=person, roles=roles.of(person), scopes=["openid", "selectedrole", "email"]) == {}


def test_organisations_are_the_profiles_and_its_roles_each_once_named_where_we_know_them(person):
    Organisation.objects.create(code="RX2", name="Hillside Surgery")
    for code, orgid in (("RX1", "1"), ("RX2", "2"), ("RX2", "2"), ("ZZ9", "9")):
        hold(person, org_code=code, person_orgid=orgid)
    told = roles.claims(profile=person, roles=roles.of(person), scopes=["associatedorgs"])
    assert told["nhsid_user_orgs"] == [
        {"org_name": "Riverside Community Trust", "org_code": "RX1"},
        {"org_name": "Hillside Surgery", "org_code": "RX2"},
        {"org_name": "ZZ9", "org_code": "ZZ9"},
    ]
    assert [(one["person_orgid"], one["org_name"]) for one in told["nhsid_org_roles"]] == [
        ("1", "Riverside Community Trust"),
        ("2", "Hillside Surgery"),
        ("9", "ZZ9"),
    ]


def test_what_a_role_is_called_is_the_last_part_of_its_name(person):
    Organisation.objects.create(code="RX2", name="Hillside Surgery")
    hold(person, org_code="RX2")
    [one] = roles.of(person)
    assert (one.title, one.at) == ("Nurse Access Role", "Hillside Surgery (RX2)")
    plain = hold(person, role_name="Nurse: a plain name", org_code="ZZ9")
    assert (plain.title, plain.at) == ("Nurse: a plain name", "ZZ9")
