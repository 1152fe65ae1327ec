"""The challenge that a response says it answers is read before anything is judged: it is spent first."""

import pytest

from authenticators.passkey import asserted
from authenticators.passkey.response import Rejected
from tests.authenticators.passkey import fake

CHALLENGE = fake.b64(bytes(range(32)))
KEY = fake.new_key()


def answered(**wrong):
    asked = {"challenge": CHALLENGE, "rpId": "care.example"}
    return fake.answer(asked, **{"origin": "https://care.example", "key": KEY, "credential_id": bytes(32), **wrong})


def test_the_challenge_can_be_read_of_one_that_proves_nothing():
    assert asserted.challenge(answered(signed=b"other words")) == CHALLENGE


@pytest.mark.parametrize("bad", [..., None, 7, [], "", "A", "*", "AA==", "\ud800"])
def test_a_challenge_that_none_can_be_is_not_read(bad):
    with pytest.raises(Rejected, match="malformed"):
        asserted.challenge(answered(client={"challenge": bad}))


@pytest.mark.parametrize("rubbish", [b"", b"[]", b"\xff", b"[" * 20_000])
def test_client_data_that_is_rubbish_has_no_challenge(rubbish):
    with pytest.raises(Rejected, match="malformed"):
        asserted.challenge(answered(inner={"clientDataJSON": fake.b64(rubbish)}))
