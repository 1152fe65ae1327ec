import base64
import secrets
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careid.storing import crypto

# As the code has them: the tests' own hashes are cheaper.
REAL = {name: getattr(crypto.Argon2id, name) for name in ("memory_cost", "time_cost", "parallelism")}


def key(name):
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


@given(st.binary(max_size=200), st.text(max_size=30))
def test_what_was_sealed_opens_in_its_place(data, context):
    assert crypto.open(crypto.seal(data, context=context), context=context) == data


def test_a_value_moved_to_another_place_does_not_open():
    sealed = crypto.seal(b"secret", context="attempt|1|pending")
    with pytest.raises(crypto.CannotOpen):
        crypto.open(sealed, context="attempt|2|pending")


@pytest.mark.parametrize("place", [0, 3, 10, -1])
def test_a_changed_byte_does_not_open(place):
    sealed = bytearray(crypto.seal(b"secret", context="here"))
    sealed[place] ^= 1
    with pytest.raises(crypto.CannotOpen):
        crypto.open(bytes(sealed), context="here")


@given(st.binary(max_size=80))
def test_rubbish_does_not_open(rubbish):
    with pytest.raises(crypto.CannotOpen):
        crypto.open(rubbish, context="here")


def test_an_old_key_still_opens_and_the_new_one_seals(settings):
    old, new = key("old"), key("new")
    settings.KEYS = old
    sealed = crypto.seal(b"secret", context="here")
    settings.KEYS = f"{new},{old}"
    assert crypto.open(sealed, context="here") == b"secret"
    assert crypto.seal(b"secret", context="here").startswith(b"new.")
    settings.KEYS = new
    with pytest.raises(crypto.CannotOpen):
        crypto.open(sealed, context="here")


def test_a_number_is_found_under_an_older_index_key(settings):
    old, new = key("old"), key("new")
    settings.INDEX_KEYS = old
    stored = crypto.fingerprint("PP000001A")
    settings.INDEX_KEYS = f"{new},{old}"
    assert stored in crypto.fingerprints("PP000001A")
    assert crypto.fingerprint("PP000001A").startswith("new:")
    assert stored not in crypto.fingerprints("PP000001B")


def test_each_purpose_has_a_key_of_its_own_and_parts_do_not_run_together():
    assert crypto.macs("limit", "a", "b") != crypto.macs("email code", "a", "b")
    assert crypto.macs("limit", "ab", "c") != crypto.macs("limit", "a", "bc")


@pytest.mark.parametrize("ring", ["", "a", "a:", "a:c2hvcnQ=", "a:!!!!", f"{'x' * 17}:{base64.b64encode(bytes(32)).decode()}",
                                  "{a},{a}", " , "])  # fmt: skip
def test_a_ring_that_cannot_be_used_says_why(ring):
    with pytest.raises(crypto.BadKeys, match="key"):
        crypto.ring(ring.format(a=key("a")))


def test_a_password_hash_costs_what_it_says():
    with patch.multiple(crypto.Argon2id, **REAL):
        assert crypto.Argon2id().encode("made up", "saltsaltsalt").startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
