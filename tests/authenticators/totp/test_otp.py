import base64
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticators.totp import otp

# RFC 6238, appendix B, SHA-1, cut to six digits; its key is the ASCII text 12345678901234567890.
RFC_KEY = base64.b32encode(b"12345678901234567890").decode()
VECTORS = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}
NOON = datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)


def code(key, at):
    return pyotp.TOTP(key).at(at)


@pytest.mark.parametrize(("seconds", "digits"), VECTORS.items())
def test_the_vectors_of_rfc_6238_are_accepted_at_their_time(seconds, digits):
    assert otp.accepted_step(RFC_KEY, digits, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_either_way_is_accepted_and_two_are_not(steps, accepted):
    key = otp.new_key()
    shown = code(key, NOON + timedelta(seconds=30 * steps))
    assert (otp.accepted_step(key, shown, NOON) is not None) == accepted


@pytest.mark.parametrize(("seconds", "minutes"), [(60, 1), (180, 3), (300, 5), (-180, -3), (-300, -5)])
def test_a_clock_that_is_out_is_told_by_how_much(seconds, minutes):
    key = otp.new_key()
    shown = code(key, NOON + timedelta(seconds=seconds))
    assert otp.minutes_out(key, shown, NOON) == minutes


@pytest.mark.parametrize("seconds", [0, 30, -30, 330, -330])
def test_a_clock_that_is_right_or_hours_out_is_not_told(seconds):
    key = otp.new_key()
    assert otp.minutes_out(key, code(key, NOON + timedelta(seconds=seconds)), NOON) is None


def test_a_key_is_160_bits_and_another_each_time():
    keys = {otp.new_key() for _ in range(50)}
    assert len(keys) == 50
    assert {len(base64.b32decode(key)) for key in keys} == {20}


@given(st.text(max_size=12))
def test_no_text_breaks_the_check(text):
    otp.accepted_step(RFC_KEY, text, NOON)
    otp.minutes_out(RFC_KEY, text, NOON)


def test_the_address_names_the_key_and_who_asks_for_its_codes():
    address = otp.uri(RFC_KEY, account="ama@example.nhs.uk", issuer="Care Identity")
    assert "secret=" + RFC_KEY in address
    assert "issuer=Care%20Identity" in address
