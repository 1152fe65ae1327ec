"""Forged tokens, one by one, with keys made here; and rubbish in their place."""

import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from authenticators.nhsnet import tokens
from authenticators.nhsnet.tokens import Expected, Rejected

TENANT = "5f8e2c1a-3b4d-4e6f-8a9b-0c1d2e3f4a5b"
ISSUER = f"https://login.nhsnet.example/{TENANT}/v2.0"
EXPECTED = Expected(issuer=ISSUER, tenant_id=TENANT, client_id="us", nonce="n", require_mfa=False)
KEY, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
PUBLISHED = {"keys": [RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True) | {"kid": "k", "use": "sig"}]}
KEYS = tokens.read_keys(PUBLISHED)


def claims(**changed):
    now = int(time.time())
    honest = {
        "iss": ISSUER, "aud": "us", "tid": TENANT, "oid": "AB-1", "sub": "s", "nonce": "n",
        "iat": now, "nbf": now, "exp": now + 600, "preferred_username": "ama@example.nhs.net",
    }  # fmt: skip
    return {name: value for name, value in (honest | changed).items() if value is not ...}


def signed(key=KEY, kid="k", headers=None, algorithm="RS256", **changed):
    payload = json.dumps(claims(**changed)).encode()
    return jwt.PyJWS().encode(payload, key, algorithm=algorithm, headers={"kid": kid} | (headers or {}))


def check(token, **changed):
    expected = Expected(**{**EXPECTED.__dict__, **changed})
    return tokens.check(token, expected=expected, find_key=KEYS.get)


def assert_rejected(token, reason, **changed):
    with pytest.raises(Rejected) as rejected:
        check(token, **changed)
    assert rejected.value.reason == reason


def test_an_honest_one_tells_whose_it_is():
    account = check(signed())
    assert (account.tenant_id, account.object_id, account.subject) == (TENANT, "ab-1", "s")
    assert account.address == "ama@example.nhs.net"


NOW = int(time.time())


@pytest.fixture(scope="module", autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


FORGED = {
    "another audience": ({"aud": "them"}, "audience"),
    "two audiences": ({"aud": ["us", "them"]}, "audience"),
    "a list of one": ({"aud": ["us"]}, "audience"),
    "no audience": ({"aud": ...}, "malformed"),
    "another party": ({"azp": "them"}, "audience"),
    "another issuer": ({"iss": "https://evil.example/"}, "issuer"),
    "an issuer that begins right": ({"iss": ISSUER + "/"}, "issuer"),
    "another tenant's issuer": ({"iss": ISSUER.replace(TENANT, "other"), "tid": "other"}, "issuer"),
    "no issuer": ({"iss": ...}, "malformed"),
    "another tenant": ({"tid": "other"}, "tenant"),
    "no tenant": ({"tid": ...}, "tenant"),
    "expired": ({"exp": NOW - 121}, "expired"),
    "never ends": ({"exp": ...}, "malformed"),
    "an end that is no number": ({"exp": "soon"}, "malformed"),
    "an end beyond all numbers": ({"exp": 1e400}, "malformed"),
    "not yet valid": ({"nbf": NOW + 200}, "not_yet"),
    "made in the future": ({"iat": NOW + 200}, "not_yet"),
    "made never": ({"iat": ...}, "malformed"),
    "no object id": ({"oid": ...}, "no_object_id"),
    "an empty object id": ({"oid": ""}, "no_object_id"),
    "an object id with a colon": ({"oid": "a:b"}, "no_object_id"),
    "an object id that is a list": ({"oid": ["a"]}, "no_object_id"),
    "a long object id": ({"oid": "a" * 65}, "no_object_id"),
    "no subject": ({"sub": ...}, "malformed"),
    "a subject that is a number": ({"sub": 7}, "malformed"),
    "a guest": ({"acct": 1}, "guest"),
    "a guest in letters": ({"acct": "1"}, "guest"),
    "from another directory": ({"idp": "https://sts.example/other/"}, "guest"),
    "another nonce": ({"nonce": "m"}, "nonce"),
    "no nonce": ({"nonce": ...}, "nonce"),
}


@pytest.mark.parametrize("what", FORGED)
def test_each_claim_that_is_wrong_has_its_reason(what):
    changed, reason = FORGED[what]
    assert_rejected(signed(**changed), reason)


@pytest.mark.parametrize(
    "changed", [{"exp": NOW - 60}, {"nbf": NOW + 60}, {"iat": NOW + 60}, {"acct": 0}, {"acct": "0"}, {"azp": "us"}]
)
def test_what_is_near_enough_passes(changed):
    check(signed(**changed))


def test_signed_by_another_key():
    assert_rejected(signed(OTHER), "signature")


@pytest.mark.parametrize("kid", ["unknown", "", 7, None, "x" * 201])
def test_a_key_that_is_not_the_tenants(kid):
    head = json.dumps({"alg": "RS256", "kid": kid})
    token = ".".join([part(head), *signed().split(".")[1:]])
    with pytest.raises(Rejected) as rejected:
        check(token)
    assert rejected.value.reason in {"key", "malformed"}


def part(text):
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def test_alg_none():
    assert_rejected(jwt.encode(claims(), "", algorithm="none", headers={"kid": "k"}), "algorithm")


def test_hs256_under_the_public_key():
    secret = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = part(json.dumps({"alg": "HS256", "kid": "k"}))
    text = f"{head}.{signed().split('.')[1]}"
    mac = base64.urlsafe_b64encode(hmac.digest(secret, text.encode(), hashlib.sha256)).rstrip(b"=").decode()
    assert_rejected(f"{text}.{mac}", "algorithm")


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_another_algorithm_of_the_same_key(algorithm):
    assert_rejected(signed(algorithm=algorithm), "algorithm")


def test_a_header_that_must_be_understood():
    assert_rejected(signed(headers={"crit": ["exp"]}), "malformed")


def test_a_changed_payload():
    head, _, mac = signed().split(".")
    assert_rejected(f"{head}.{part(json.dumps(claims(oid='other')))}.{mac}", "signature")


@pytest.mark.parametrize(
    "token",
    [None, 7, {}, "", "a", "a.b", "..", "a.b.c", "é.é.é", f"{part('[]')}.{part('[]')}.", f"{part('[' * 9000)}.a.b"],
)
def test_what_is_no_token(token):
    assert_rejected(token, "malformed")


@given(st.text(max_size=60))
def test_whatever_text_is_rejected(text):
    with pytest.raises(Rejected):
        check(text)


@given(st.dictionaries(st.sampled_from(["iss", "aud", "tid", "oid", "sub", "nonce", "exp", "iat", "nbf", "acct", "idp", "azp", "amr"]),
                       st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.lists(st.text(max_size=3), max_size=2), min_size=1))  # fmt: skip
def test_whatever_claims_are_accepted_whole_or_rejected(changed):
    try:
        account = check(signed(**changed), require_mfa=True)
    except Rejected:
        return
    assert account.tenant_id == TENANT


@pytest.mark.parametrize(
    ("amr", "passes"), [(["pwd", "mfa"], True), (["pwd"], False), ("mfa", False), (..., False), (None, False)]
)
def test_a_second_step_where_it_is_required(amr, passes):
    if passes:
        check(signed(amr=amr), require_mfa=True)
    else:
        assert_rejected(signed(amr=amr), "mfa", require_mfa=True)


@pytest.mark.parametrize("address", [7, "", "a\nb", "a" * 255, None, ["a"]])
def test_an_address_that_can_not_be_shown_is_left_out(address):
    assert check(signed(preferred_username=address)).address == ""


def test_of_a_key_set_only_rsa_keys_that_sign_and_are_long_enough_are_read():
    good = PUBLISHED["keys"][0]
    curve = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True)
    short = RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 1024).public_key(), as_dict=True)
    wrong = [
        curve | {"kid": "c"},
        short | {"kid": "s"},
        good | {"kid": "e", "use": "enc"},
        good | {"kid": 7},
        {"kty": "RSA", "kid": "x"},
        7,
        None,
    ]
    assert list(tokens.read_keys({"keys": [*wrong, good]})) == ["k"]
    assert tokens.read_keys({"keys": "k"}) == {}
    assert len(tokens.read_keys({"keys": [good | {"kid": str(number)} for number in range(99)]})) == tokens.KEYS_MOST


@pytest.mark.parametrize(
    ("auth_time", "passes"), [(..., True), (1_000, True), (881, True), (879, False), ("1000", False), (False, False)]
)
def test_a_sign_in_from_before_it_was_asked_for_is_not_the_persons_where_the_tenant_tells(auth_time, passes):
    if passes:
        check(signed(auth_time=auth_time), since=1_000)
    else:
        assert_rejected(signed(auth_time=auth_time), "earlier", since=1_000)
