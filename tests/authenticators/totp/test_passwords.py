import pytest
from django.contrib.auth.hashers import check_password, get_hasher, make_password
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from authenticators.totp import passwords
from careid.people.models import Organisation, Profile
from careid.storing import crypto
from tests.authenticators.totp.visitors import Visitor
from tests.authenticators.totp.way import PASSWORD

PASSWORD_PAGE = "/authenticators/totp/password/"


@pytest.fixture
def ama():
    return Profile(
        given_name="Amarachi",
        family_name="Sample",
        email="amarachi.sample@riverside.nhs.uk",
        nino_fingerprint=crypto.fingerprint("PP000001A"),
        organisation=Organisation(code="RX1", name="Riverside Community Trust"),
    )


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("elevenchars", "short"),
        ("twelve chars", ""),
        ("lamp otter Tuesday window", ""),
        ("\u0440\u0435\u043a\u0430 \u0438 \u043b\u0435\u0441 \u0437\u0438\u043c\u043e\u0439", ""),
        ("international", "common"),
        ("Sunshine2026!", "common"),
        ("abcabcabcabc", "repeated"),
        ("aaaabbbbaaaa", "repeated"),
        ("abcdefghijklmnop", "repeated"),
        ("123456789012", "repeated"),
        ("987654321098", "repeated"),
        ("0123456789ab", "repeated"),
        ("qwertyuiopas", "repeated"),
        ("zaq12wsxcde3", "repeated"),
        ("amarachi1234567", "personal"),
        ("Amarachi.Sample1", "personal"),
        ("NHSRiverside2026", "personal"),
        ("amarachi lamp otter window", ""),
        ("my number pp 00 00 01 a ok", "nino"),
        ("my number pp 00 00 02 a ok", ""),
    ],
)
def test_a_password_is_told_its_fault(ama, password, fault):
    assert passwords.fault(password, ama) == fault


def test_the_longest_password_is_accepted(ama):
    words = "lamp otter Tuesday window " * 10
    assert passwords.fault((words + "and something else entirely")[-256:], ama) == ""


def test_two_ways_to_type_an_accent_are_one_password():
    assert passwords.normal("caf\u00e9") == passwords.normal("cafe\u0301")


def test_a_password_has_256_characters_at_most_however_its_accents_are_typed():
    assert passwords.normal("e\u0301" * 256) == "\u00e9" * 256
    for longer in ("x" * 257, "e\u0301" * 257, "x" + "\u0315" * 48_000):
        with pytest.raises(ValueError, match="256 characters"):
            passwords.normal(longer)


@given(password=st.text(max_size=300))
def test_no_password_breaks_the_rules(password):
    organisation = Organisation(code="RX1", name="")
    someone = Profile(given_name="", family_name="", email=None, organisation=organisation)
    assert passwords.fault(password, someone) in {"", "short", "common", "repeated", "personal", "nino"}


@pytest.mark.django_db(transaction=True)
def test_who_waits_to_hash_a_password_holds_no_connection(visitor, person, monkeypatch):
    held = []

    def hashed(password, hasher):
        held.append(connection.connection is not None)
        return "hashed"

    monkeypatch.setattr("authenticators.totp.adding.make_password", hashed)
    visitor.reach_app(person)
    assert held == [False]


@pytest.mark.django_db
def test_a_password_is_not_shown_again_by_a_stale_page(visitor, person):
    strict = Visitor(Client(enforce_csrf_checks=True))
    visitor.verify(person)
    visitor.client.post("/authenticators/totp/", {"sole_access": "on"})
    strict.client.cookies["careid"] = visitor.client.cookies["careid"].value
    typed = {"password": "made-up words 1", "confirm_password": "made-up words 1"}
    response = strict.client.post("/authenticators/totp/password/", typed)
    assert response.status_code == 403
    assert "made-up words" not in response.content.decode()


@pytest.mark.django_db
def test_ten_passwords_in_a_quarter_of_an_hour_are_hashed_and_no_more(visitor, person):
    visitor.verify(person)
    visitor.client.post("/authenticators/totp/", {"sole_access": "on"})
    typed = {"password": PASSWORD, "confirm_password": PASSWORD}
    chosen = [visitor.client.post(PASSWORD_PAGE, typed) for _ in range(11)]
    assert [answer.status_code for answer in chosen] == [302] * 10 + [429]
    assert 0 < int(chosen[-1]["Retry-After"]) <= 900


@pytest.mark.django_db
def test_people_s_hashes_wait_in_a_lane_of_their_own_and_the_desk_s_in_another(visitor, person, monkeypatch):
    lanes = []
    for name, hasher in (("people", crypto.PEOPLES), ("desk", get_hasher())):
        lane = hasher.two_at_a_time
        monkeypatch.setattr(hasher, "two_at_a_time", Seen(lane, lambda name=name: lanes.append(name)))
    visitor.verify(person)
    visitor.client.post("/authenticators/totp/", {"sole_access": "on"})
    visitor.client.post(PASSWORD_PAGE, {"password": PASSWORD, "confirm_password": PASSWORD})
    assert lanes == ["people"]
    assert check_password(PASSWORD, make_password(PASSWORD))
    assert set(lanes[1:]) == {"desk"}


class Seen:
    """A lane, and a word each time that somebody enters."""

    def __init__(self, lane, entered):
        self.lane, self.entered = lane, entered

    def __enter__(self):
        self.entered()
        return self.lane.__enter__()

    def __exit__(self, *why):
        return self.lane.__exit__(*why)
