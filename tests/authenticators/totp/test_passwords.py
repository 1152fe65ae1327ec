import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticators.totp import passwords
from careid.people.models import Organisation, Profile
from careid.storing import crypto


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
        ("x" * 257, "long"),
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


@given(password=st.text(max_size=300))
def test_no_password_breaks_the_rules(password):
    organisation = Organisation(code="RX1", name="")
    someone = Profile(given_name="", family_name="", email=None, organisation=organisation)
    assert passwords.fault(password, someone) in {"", "short", "long", "common", "repeated", "personal", "nino"}
