"""A software passkey answers a request, right or with each lie (W3C Web Authentication, level 3, 7.2)."""

import json

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticators.passkey import ceremony, keys, response
from authenticators.passkey.response import Rejected
from tests.authenticators.passkey import fake

RP_ID, ORIGIN, CHALLENGE = "care.example", "https://care.example", fake.b64(bytes(range(32)))
ID, HANDLE = bytes(range(40)), bytes(range(100, 132))
NAME = fake.b64(ID)
MADE = {algorithm: fake.new_key(algorithm) for algorithm in keys.ALGORITHMS}
UP, UV, BE, BS, AT, ED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80
KEY = cbor2.dumps(MADE[fake.ES256][1])
ATTESTED = bytes(16) + len(ID).to_bytes(2, "big") + ID + KEY
EXTENSIONS = cbor2.dumps({"credProtect": 2})


def request(**changed):
    return json.loads(ceremony.request_options(**{"rp_id": RP_ID, "challenge": CHALLENGE, **changed}))


def answered(**wrong):
    right = {"origin": ORIGIN, "key": MADE[fake.ES256], "credential_id": ID, "user_handle": HANDLE}
    return fake.answer(request(), **{**right, **wrong})


def judge(credential, **kept):
    on_file = {
        "public_key": fake.b64(KEY), "sign_count": 0, "backup_eligible": False, "user_handle": HANDLE,
        "challenge": CHALLENGE, "rp_id": RP_ID, "origins": [ORIGIN],
    }  # fmt: skip
    return ceremony.finish_assertion(credential=credential, **{**on_file, **kept})


def refused(credential, **kept):
    with pytest.raises(Rejected) as rejected:
        judge(credential, **kept)
    return rejected.value.reason


def test_the_request_asks_for_any_passkey_that_is_known_by_somebody_verified():
    asked = {"challenge": CHALLENGE, "timeout": 300_000, "rpId": RP_ID, "userVerification": "required"}
    assert request() == {**asked, "allowCredentials": []}


def test_the_request_names_those_that_are_allowed_with_their_transports():
    asked = request(allowed=[(NAME, ["usb", "nfc"])])
    assert asked["allowCredentials"] == [{"id": NAME, "type": "public-key", "transports": ["usb", "nfc"]}]


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS)
def test_a_passkey_of_each_algorithm_is_taken_and_its_count_told(algorithm):
    made = MADE[algorithm]
    proved = judge(answered(key=made, count=7), public_key=fake.b64(cbor2.dumps(made[1])), sign_count=6)
    assert (proved.credential_id, proved.sign_count, proved.backed_up) == (NAME, 7, False)


@pytest.mark.parametrize("eligible", [BE, BE | BS])
def test_whether_it_is_backed_up_now_is_told_and_may_change(eligible):
    proved = judge(answered(flags=UP | UV | eligible), backup_eligible=True)
    assert proved.backed_up == bool(eligible & BS)


@pytest.mark.parametrize(
    ("flags", "behind"),
    [(ED, EXTENSIONS), (AT, ATTESTED), (AT | ED, ATTESTED + EXTENSIONS)],
)
def test_what_may_follow_the_head_of_authenticator_data_is_read_to_its_end(flags, behind):
    assert judge(answered(flags=UP | UV | flags, behind=behind)).sign_count == 1


REFUSALS = {
    "nobody there": ({"flags": UV}, "user_presence"),
    "nobody verified": ({"flags": UP}, "user_verification"),
    "backed up but not eligible": ({"flags": UP | UV | BS}, "backup_flags"),
    "eligible where it was not": ({"flags": UP | UV | BE}, "backup_changed"),
    "a new passkey": ({"client": {"type": "webauthn.create"}}, "type"),
    "another challenge": ({"client": {"challenge": fake.b64(bytes(32))}}, "challenge"),
    "a challenge that is no text": ({"client": {"challenge": None}}, "challenge"),
    "a challenge that is no character": ({"client": {"challenge": "\ud800"}}, "challenge"),
    "another origin": ({"origin": "https://care.example.evil.example"}, "origin"),
    "an origin in a list": ({"origin": [ORIGIN]}, "origin"),
    "another site's frame": ({"client": {"crossOrigin": True}}, "cross_origin"),
    "a frame that says neither": ({"client": {"crossOrigin": None}}, "cross_origin"),
    "a top origin": ({"client": {"topOrigin": ORIGIN}}, "cross_origin"),
    "no origin": ({"client": {"origin": ...}}, "malformed"),
    "another RP ID": ({"rp_id": "evil.example"}, "rp_id"),
    "another person": ({"user_handle": bytes(32)}, "user_handle"),
    "nobody's": ({"user_handle": None}, "user_handle"),
    "an empty handle": ({"inner": {"userHandle": ""}}, "user_handle"),
    "a handle that is no text": ({"inner": {"userHandle": 0}}, "malformed"),
    "a handle that is a list": ({"inner": {"userHandle": []}}, "malformed"),
    "padding in the handle": ({"inner": {"userHandle": "AA=="}}, "malformed"),
    "bytes behind": ({"behind": b"\x00"}, "malformed"),
    "an extension that nothing announces": ({"behind": EXTENSIONS}, "malformed"),
    "an extension that is not there": ({"flags": UP | UV | ED}, "malformed"),
    "an extension that is no map": ({"flags": UP | UV | ED, "behind": b"\x01"}, "malformed"),
    "an extension twice": ({"flags": UP | UV | ED, "behind": b"\xa2\x01\x01\x01\x02"}, "malformed"),
    "bytes behind an extension": ({"flags": UP | UV | ED, "behind": EXTENSIONS + b"\x00"}, "malformed"),
    "a key that is not there": ({"flags": UP | UV | AT}, "malformed"),
    "half a key": ({"flags": UP | UV | AT, "behind": ATTESTED[:-1]}, "malformed"),
    "bytes behind a key": ({"flags": UP | UV | AT, "behind": ATTESTED + b"\x00"}, "malformed"),
    "another passkey's key": ({"flags": UP | UV | AT, "behind": ATTESTED.replace(ID, ID[::-1])}, "malformed"),
    "no authenticator data": ({"inner": {"authenticatorData": ""}}, "malformed"),
    "authenticator data cut short": ({"inner": {"authenticatorData": fake.b64(bytes(36))}}, "malformed"),
    "no signature": ({"inner": {"signature": None}}, "malformed"),
    "a signature of nothing": ({"inner": {"signature": "AA"}}, "signature"),
    "a signature of other words": ({"signed": b"other words"}, "signature"),
    "a signature by another key": ({"key": fake.new_key()}, "signature"),
    "a registration": ({"inner": {"authenticatorData": None, "attestationObject": "AA"}}, "malformed"),
    "no response": ({"whole": {"response": None}}, "malformed"),
    "a response in words": ({"whole": {"response": "x"}}, "malformed"),
    "another type": ({"whole": {"type": "password"}}, "malformed"),
    "another id than raw id": ({"whole": {"rawId": fake.b64(bytes(32))}}, "malformed"),
    "a short id": ({"whole": {"id": "AAAA", "rawId": "AAAA"}}, "credential_id"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_each_lie_is_refused_by_its_name(case):
    wrong, reason = REFUSALS[case]
    assert refused(answered(**wrong)) == reason


def test_one_that_was_eligible_for_backup_and_is_no_longer_is_refused():
    assert refused(answered(), backup_eligible=True) == "backup_changed"


@pytest.mark.parametrize(("kept", "now"), [(5, 5), (5, 4), (5, 0), (2**32 - 1, 1)])
def test_a_count_that_goes_back_or_stands_still_is_its_own_reason(kept, now):
    assert refused(answered(count=now), sign_count=kept) == "count_went_back"


def test_a_count_that_is_always_nought_is_fine():
    assert judge(answered(count=0)).sign_count == 0


@pytest.mark.parametrize("lie", [{"signed": b"x"}, {"origin": "https://evil.example"}, {"user_handle": bytes(32)}])
def test_nobody_but_its_holder_can_make_a_count_go_back(lie):
    assert refused(answered(count=1, **lie), sign_count=5) in {"signature", "origin", "user_handle"}


def test_one_that_the_request_named_may_leave_out_whose_it_is():
    assert judge(answered(user_handle=None), named=[NAME]).credential_id == NAME
    assert refused(answered(user_handle=bytes(32)), named=[NAME]) == "user_handle"


def test_where_the_request_named_some_no_other_is_taken():
    assert refused(answered(), named=[fake.b64(bytes(32))]) == "credential_id"


def test_a_person_without_a_handle_is_nobodys():
    assert refused(answered(user_handle=None), user_handle=b"") == "user_handle"


WEAK = fake.new_key(fake.RS256, 1024)


@pytest.mark.parametrize("bad", ["", fake.b64(b"x"), fake.b64(cbor2.dumps(WEAK[1]))])
def test_a_key_that_we_would_not_have_taken_proves_nothing(bad):
    assert refused(answered(key=WEAK), public_key=bad) == "key"


RUBBISH = ["", "{", "[]", "null", '"x"', "7", "{}", "[" * 50_000, '{"response":' * 9_000, "9" * 60_000, "\x00", "\u202e", "x" * 65_537]  # fmt: skip


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_is_refused_and_names_no_passkey(rubbish):
    assert refused(rubbish) == "malformed"
    assert response.credential_id(rubbish) == ""


def test_which_passkey_it_is_can_be_read_before_it_is_judged():
    assert response.credential_id(answered()) == NAME


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one), max_leaves=4)  # fmt: skip
PARTS = ("id", "rawId", "type", "response", "clientDataJSON", "authenticatorData", "signature", "userHandle")


@given(part=st.sampled_from(PARTS), value=JSON)
def test_whatever_stands_in_place_of_a_part_is_refused_and_is_no_error(part, value):
    outer = part in PARTS[:4]
    changed = answered(whole={part: value}) if outer else answered(inner={part: value})
    assert refused(changed) in {"malformed", "credential_id", "user_handle", "signature"}


@given(where=st.integers(0, 200), bits=st.integers(1, 255), part=st.sampled_from(PARTS[4:7]))
def test_a_damaged_part_is_refused_wherever_it_is_damaged(where, bits, part):
    whole = json.loads(answered())
    data = bytearray(fake.unb64(whole["response"][part]))
    data[where % len(data)] ^= bits
    whole["response"][part] = fake.b64(bytes(data))
    assert refused(json.dumps(whole))
