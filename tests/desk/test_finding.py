"""One box that finds a person by what can be said on the phone, and the filters beside it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.people.models import Organisation
from careid.trail.names import EventName
from careid.trail.record import record
from desk.profile_admin import LEADS_NOWHERE
from tests import kinds
from tests.desk.door.admins import role

pytestmark = pytest.mark.django_db
PROFILES, TRAIL = "/admin/careid/profile/", "/admin/careid/event/"
STARTED = EventName.ATTEMPT_STARTED


@pytest.fixture
def agent(organisation):
    return role("RA agent", organisation)


@pytest.fixture
def elsewhere():
    return Organisation.objects.create(code="RX2", name="Hillside Surgery")


def found(client, path=PROFILES, **query):
    return list(client.get(path, query).context["cl"].result_list)


@pytest.mark.parametrize(
    "typed",
    ["{0.user_id}", " 9999 0000 0001 ", "AMA.SAMPLE1@", "{0.email}", "mirab", "O'Mir", "ama o'mirabel", "7K4-Q2M", "7k4q2m"],
)  # fmt: skip
def test_each_way_to_find_somebody(typed, agent, make_person):
    wanted = make_person(family_name="Mirabel" if "'" not in typed else "O'Mirabel")
    make_person(family_name="Other", given_name="Bo")
    record(STARTED, profile=wanted, reference="7K4-Q2M", attempt_id=uuid4())
    assert found(agent, q=typed.format(wanted)) == [wanted]


def test_every_reference_that_leads_to_none_of_theirs_is_told_the_same(agent, make_person, elsewhere):
    record(EventName.IDENTITY_NOT_MATCHED, outcome="refused", reason="no_profile", reference="7K4-Q2M")
    record(STARTED, profile=make_person(organisation=elsewhere), reference="7K4-Q2N")
    closed = make_person(organisation=elsewhere, state="closed", closed_reason="leaver")
    record(EventName.IDENTITY_NOT_MATCHED, outcome="refused", reason="closed", profile=closed, reference="7K4-Q2P")
    make_person(email="7k4q2n@example.nhs.uk")  # found by its beginning, whosever the reference is
    told = set()
    for typed in ("7k4 q2m", "7K4-Q2P", "7K4-Q2R"):
        page = agent.get(PROFILES, {"q": typed})
        assert list(page.context["cl"].result_list) == []
        told.add(tuple(str(one) for one in page.context["messages"]))
    assert told == {(LEADS_NOWHERE,)}
    assert len(found(agent, q="7K4Q2N")) == 1


WRITTEN = [
    ("Siân", "O\u2019Brien"),
    ("Sia\u0302n", "O'Brien"),
    ("SIÂN", "Ó Brien"),
    ("Sian", "o\u02bcbrien"),
    ("Si\u00a0an", "O\u2010Brien"),
]


@pytest.mark.parametrize(
    "typed",
    [
        "obrien",
        "O\u2019BRIEN",
        "o'bri",
        "Ó Brien",
        "siân o'brien",
        "sian  o\u2019brien",
        "O'Brien, Siân",
        "Sia\u0302n O Brien",
    ],
)
def test_a_name_is_found_however_its_signs_are_written(typed, agent, make_person):
    people = {make_person(given_name=given, family_name=family) for given, family in WRITTEN}
    make_person(given_name="Sam", family_name="Brien")
    assert set(found(agent, q=typed)) == people


@pytest.mark.parametrize(
    ("given", "family", "typed"),
    [
        ("Łukasz", "Żółć", "lukasz zolc"),
        ("Søren", "Strauß", "soren strauss"),
        ("Ægir", "Þór", "AEGIR THOR"),
        ("Anne Marie", "Smith-Jones", "anne-marie smith jones"),
        ("Ama", "van der Berg", "ama van der berg"),
        ("Ama", "St. John", "st john"),
        ("Ольга", "Иванова", "Ольга Иванова"),
    ],
)
def test_letters_of_other_alphabets_are_found_as_people_type_them(given, family, typed, agent, make_person):
    person = make_person(given_name=given, family_name=family)
    make_person()
    assert found(agent, q=typed) == [person]


@pytest.mark.parametrize(
    "typed", ["paul@straße.example", "Paul@Straße", "paul@xn--strae-oqa.example", "<paul@straße.example>;", "paul@"]
)
def test_an_address_is_found_as_it_is_spoken_and_as_it_is_written(typed, agent, make_person):
    person = make_person(email="paul@xn--strae-oqa.example")
    make_person(email="pauline@strasse.example")
    assert found(agent, q=typed) == [person]


@pytest.mark.parametrize("typed", ["'", "-", "\u2019\u2019", "\u0301", '"', "<>", "\u02bb", "ama \u02bb"])
def test_signs_alone_find_nobody(typed, agent, person):
    assert found(agent, q=typed) == []


def test_organisations_and_accounts_are_found_without_accents_too(admin_client, elsewhere):
    elsewhere.name = "Ysbyty Llŷn"
    elsewhere.save()
    assert found(admin_client, "/admin/careid/organisation/", q="llyn ysbyty") == [elsewhere]
    account = User.objects.create_user("rita", first_name="Siân")
    assert found(admin_client, "/admin/auth/user/", q="sian") == [account]


def add(person, **fields):
    return Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id=str(uuid4()), material={}, added_by="person", **fields
    )


@pytest.mark.parametrize(
    ("query", "who"),
    [
        ({"has": kinds.some_kind()}, {"app", "old"}),
        ({"has": f"no-{kinds.some_kind()}"}, {"none", "revoked"}),
        ({"has": kinds.another_kind()}, set()),
        ({"has": "fax"}, {"app", "old", "none", "revoked"}),
        ({"added": "7"}, {"app", "revoked"}),
        ({"added": "90"}, {"app", "old", "revoked"}),
        ({"added": "0"}, {"app", "old", "none", "revoked"}),
        ({"has": kinds.some_kind(), "added": "1"}, {"app"}),
    ],
)
def test_the_list_is_narrowed_by_what_people_have(query, who, agent, make_person):
    people = {name: make_person(given_name=name) for name in ("app", "old", "none", "revoked")}
    add(people["app"]), add(people["old"], added_at=timezone.now() - timedelta(days=60))
    add(people["revoked"], state="revoked", state_reason="lost")
    assert {one.given_name for one in found(agent, **query)} == who


def test_one_who_alone_is_found_is_opened_at_once(agent, make_person):
    ama, other = (
        make_person(family_name="Clarke", given_name="Kirsty"),
        make_person(family_name="Clarke", given_name="Abe"),
    )
    for typed in (ama.email, "kirsty clarke", "Clarke Kirsty"):
        assert agent.get(f"{PROFILES}find/", {"q": typed})["Location"] == f"{PROFILES}{ama.pk}/change/"
    assert agent.get(f"{PROFILES}find/", {"q": "clarke"})["Location"] == f"{PROFILES}?q=clarke"
    assert found(agent, q="clarke") == [other, ama]  # by name
    for typed in ("", "PP 00 00 01 A"):
        assert agent.get(f"{PROFILES}find/", {"q": typed})["Location"] == PROFILES
    nobody = agent.get(f"{PROFILES}find/", {"q": "zzz"}, follow=True).content.decode()
    assert "Nobody of your organisations was found. Try " in nobody


def test_what_waits_is_on_the_first_page_and_leads_to_its_list(agent, make_person, elsewhere):
    first = agent.get("/admin/").content.decode()
    assert "nothing is on hold" in first
    person = make_person()
    record(EventName.MAIL_FAILED, outcome="failed", actor="system", profile=person)
    record(EventName.MAIL_FAILED, outcome="failed", actor="system", profile=make_person(organisation=elsewhere))
    held = add(person, usable_from=timezone.now() + timedelta(hours=3))
    add(person)
    page = agent.get("/admin/").content.decode()
    assert "1 email could not be sent in the last 7 days" in page
    assert "1 authenticator on hold" in page
    assert found(agent, "/admin/authenticators/authenticator/", hold="yes") == [held]


def test_a_list_writes_a_time_as_the_desk_does(agent, make_person):
    add(make_person(), added_at=timezone.now().replace(hour=10, minute=38))
    page = agent.get("/admin/authenticators/authenticator/").content.decode()
    assert re.search(r"20\d\d, 1[01]:38<", page)
    assert "a.m." not in page


def test_somebody_who_moved_is_their_new_organisations_with_what_happened_there(agent, make_person, elsewhere):
    person = make_person()
    record(STARTED, profile=person, reference="7K4-Q2M", attempt_id=uuid4())
    page = f"{PROFILES}{person.pk}/change/"
    assert "7K4-Q2M" in agent.get(page).content.decode()
    person.organisation = elsewhere
    person.save()
    record(STARTED, profile=person, reference="7K4-Q2N", attempt_id=uuid4())
    for ask in (agent.get, agent.post):  # while an admin of the old one looks
        assert ask(page).status_code == ask(f"{PROFILES}{person.pk}/email/").status_code == 404
    new = role("RA agent", elsewhere).get(page).content.decode()
    assert "7K4-Q2N" in new
    assert "7K4-Q2M" not in new


def test_the_trail_of_the_time_before_keeps_no_name_of_somebody_who_moved(agent, make_person, elsewhere):
    person = make_person(family_name="Mirabel")
    event = record(STARTED, profile=person, reference="7K4-Q2M")
    assert "Mirabel" in agent.get(TRAIL).content.decode()
    person.organisation = elsewhere
    person.save()
    page = agent.get(TRAIL).content.decode()
    assert "7K4-Q2M" in page
    assert "Mirabel" not in page
    for typed in ("Mirabel", person.email, person.user_id):
        assert found(agent, TRAIL, q=typed) == []
    assert found(agent, TRAIL, q=str(person.pk)) == [event]


def test_the_list_tells_what_each_has_in_one_statement_for_all(agent, make_person, django_assert_max_num_queries):
    def listed():
        with django_assert_max_num_queries(20):
            return {str(one): one.kinds for one in found(agent)}

    kind = kinds.some_kind()
    for given, state in (("Bo", "active"), ("Cy", "revoked"), ("Di", "suspended")):
        one = make_person(given_name=given, family_name="Other")
        reason = "" if state == "active" else "lost"
        Authenticator.objects.create(
            profile=one, kind=kind, external_id=given, material={}, added_by="person", state=state, state_reason=reason
        )
    assert listed() == {"Bo Other": [kind], "Cy Other": [], "Di Other": [kind]}
    assert KINDS[kind].title in agent.get(PROFILES).content.decode()
