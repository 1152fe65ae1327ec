"""How a client proves who it is: assertions by its key, secrets in the header and the body, and nothing between."""

import base64
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from provider import assertions, client_auth, jwks
from provider.assertions import Rejected
from provider.client_auth import BadClient
from tests.provider.assertions import TYPE, assertion, by_hand, jwk, pair
from tests.provider.assertions import jwks as key_set

ISSUER = "https://care.example/oidc"
TOKEN = f"{ISSUER}/access_token"
ALGORITHMS = {"RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "PS256": "RSA", "ES256": "EC"}


def verify(sent, *keys, alg="RS512", now=None):
    kept = jwks.checked(key_set(*(keys or [pair()])), strictly=False)
    return assertions.verified(
        sent,
        client_id="a-client",
        alg=alg,
        keys=jwks.read(kept, alg),
        audiences={ISSUER, TOKEN},
        now=now or time.time(),
    )


def reason_of(sent, *keys, **more):
    with pytest.raises(Rejected) as rejected:
        verify(sent, *keys, **more)
    return rejected.value.reason


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_each_algorithm_proves_the_client_that_registered_it_and_no_other_does(alg):
    key = pair("one", ALGORITHMS[alg])
    assert verify(assertion(key, alg=alg), key, alg=alg).jti
    for other, kty in ALGORITHMS.items():
        if other != alg:
            assert (
                reason_of(assertion(pair("one", kty), alg=other), pair("one", "RSA"), pair("one", "EC"), alg=alg)
                == "algorithm"
            )


def test_unsigned_and_signed_with_the_public_key_as_a_secret_are_refused():
    claims = jwt.decode(assertion(pair()), options={"verify_signature": False})
    assert reason_of(by_hand({"alg": "none"}, claims)) == "algorithm"
    public = pair().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = by_hand({"alg": "HS256"}, claims).rpartition(".")[0]
    assert (
        reason_of(
            f"{head}.{base64.urlsafe_b64encode(hmac.digest(public, head.encode(), 'sha256')).decode().rstrip('=')}"
        )
        == "algorithm"
    )
    head = by_hand({"alg": "RS512"}, claims).rpartition(".")[0]
    assert reason_of(f"{head}.") == "signature"


def test_a_key_is_found_by_its_id_and_without_one_each_is_tried():
    ours, theirs = pair("one"), pair("two")
    both = [jwk(theirs, kid="b"), jwk(ours, kid="a")]
    assert verify(assertion(ours, headers={"kid": "a"}), *both)
    assert verify(assertion(ours), *both)
    assert verify(assertion(ours, headers={"kid": "unknown"}), *both)
    assert reason_of(assertion(ours, headers={"kid": "b"}), *both) == "signature"


def test_five_keys_are_tried_and_no_more():
    ours, others = pair("one"), [jwk(pair("two"), kid=str(number)) for number in range(5)]
    assert verify(assertion(ours), *others[:4], ours)
    assert reason_of(assertion(ours), *others, ours) == "signature"


def test_a_key_that_says_another_algorithm_of_its_kind_is_a_key_all_the_same():
    assert verify(assertion(pair()), jwk(pair(), alg="RS256"))


def test_no_key_of_the_right_kind():
    assert reason_of(assertion(pair()), pair("one", "EC")) == "key"


@pytest.mark.parametrize("aud", [ISSUER, TOKEN, [TOKEN], ["https://other.example", ISSUER]])
def test_it_is_meant_for_the_issuer_or_the_token_endpoint(aud):
    assert verify(assertion(pair(), aud=aud))


@pytest.mark.parametrize("aud", ["https://other.example", f"{ISSUER}/", [], [None, 1], {}, None, True, ISSUER[:-1]])
def test_it_is_meant_for_somebody_else(aud):
    assert reason_of(assertion(pair(), aud=aud)) == "audience"


@pytest.mark.parametrize("claims", [{"iss": "another"}, {"sub": "another"}, {"iss": ["a-client"]}, {"sub": None}])
def test_it_is_issued_by_the_client_and_about_the_client(claims):
    assert reason_of(by_hand_signed(claims)) == "issuer"


def by_hand_signed(claims, payload=None):
    """PyJWT would not sign some of these."""
    good = jwt.decode(assertion(pair()), options={"verify_signature": False})
    return jwt.api_jws.encode(payload or json.dumps(good | claims).encode(), pair(), algorithm="RS512")


NOW = int(time.time())
TIMES = {
    "it ended a minute ago": ({"exp": NOW - 61}, "expired"),
    "a clock that is half a minute ahead": ({"iat": NOW + 30, "nbf": NOW + 30}, None),
    "a clock that is half a minute behind": ({"exp": NOW - 30}, None),
    "an hour": ({"exp": NOW + 3600}, None),
    "more than an hour": ({"exp": NOW + 3600 + 90}, "too_long"),
    "ten years": ({"exp": NOW + 315_360_000}, "too_long"),
    "made long ago": ({"iat": NOW - 7200}, "too_long"),
    "made tomorrow": ({"iat": NOW + 86_400}, "not_yet"),
    "good from tomorrow": ({"nbf": NOW + 86_400}, "not_yet"),
    "half a second": ({"exp": NOW + 60.5}, None),
    "no number": ({"exp": "soon"}, "malformed"),
    "a truth": ({"exp": True}, "malformed"),
    "nothing": ({"exp": None}, "malformed"),
    "without end": ({"exp": float("inf")}, "malformed"),
    "not a number": ({"exp": float("nan")}, "malformed"),
    "far too large": ({"exp": 10**400}, "malformed"),
    "before all time": ({"iat": -1}, "malformed"),
    "a list": ({"nbf": [NOW]}, "malformed"),
}


@pytest.mark.parametrize(("claims", "reason"), TIMES.values(), ids=TIMES)
def test_times(claims, reason):
    sent = by_hand_signed({"iat": NOW, "exp": NOW + 300} | claims)  # whenever this runs
    if reason:
        assert reason_of(sent, now=NOW) == reason
    else:
        assert verify(sent, now=NOW)


def test_without_an_end_it_is_refused_and_without_a_beginning_it_is_not():
    assert reason_of(assertion(pair(), without=["exp"])) == "malformed"
    assert verify(assertion(pair(), without=["iat"]))


@pytest.mark.parametrize("jti", [None, "", 7, ["x"], "x" * 256])
def test_an_id_that_is_none(jti):
    assert reason_of(by_hand_signed({"jti": jti})) == "malformed"
    assert reason_of(assertion(pair(), without=["jti"])) == "malformed"


@pytest.mark.parametrize("payload", [b"[]", b"1", b"\xff", b"[" * 3_000, b"{", b'"text"'])
def test_what_is_signed_and_no_set_of_claims(payload):
    assert reason_of(by_hand_signed({}, payload=payload)) == "malformed"


def test_an_extension_that_has_to_be_understood_is_not():
    assert reason_of(assertion(pair(), headers={"crit": ["exp"], "exp": 1})) == "malformed"


def test_a_changed_claim_and_a_changed_header_are_found():
    header, claims, signature = assertion(pair()).split(".")
    other = json.loads(base64.urlsafe_b64decode(claims + "=="))
    changed = by_hand({"alg": "RS512", "typ": "JWT"}, other | {"exp": other["exp"] + 1}).split(".")[1]
    assert reason_of(f"{header}.{changed}.{signature}") == "signature"
    assert reason_of(f"{by_hand({'alg': 'RS512'}, {}).split('.')[0]}.{claims}.{signature}") == "signature"


# --- What is presented


def sent(**more):
    return {"client_assertion_type": TYPE, "client_assertion": assertion(pair()), **more}


def basic(text):
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def test_an_assertion_says_whose_it_is():
    for form in (sent(), sent(client_id="a-client")):
        found = client_auth.presented("", form)
        assert (found.way, found.client_id, found.description) == ("private_key_jwt", "a-client", "JWT is not valid")


@pytest.mark.parametrize(("header", "client_id", "secret"), [
    (basic("a-client:s_e-cret"), "a-client", "s_e-cret"),
    (basic("a%2Dclient:s%5Fe%2Dcret"), "a-client", "s_e-cret"),
    (basic("a-client:s:e:c"), "a-client", "s:e:c"),
    (basic("https%3A%2F%2Fa.example:s3"), "https://a.example", "s3"),
    (basic("a-client:s3:").replace("Basic", "bASIC"), "a-client", "s3:"),
])  # fmt: skip
def test_a_secret_in_the_header(header, client_id, secret):
    found = client_auth.presented(header, {"client_id": client_id})
    assert (found.way, found.client_id, found.secret) == ("client_secret_basic", client_id, secret)
    assert secret not in repr(found)


def test_a_secret_in_the_body_and_none_at_all():
    found = client_auth.presented("", {"client_id": "a-client", "client_secret": "s"})
    assert (found.way, found.client_id, found.secret) == ("client_secret_post", "a-client", "s")
    found = client_auth.presented("", {"client_id": "a-client"})
    assert (found.way, found.client_id) == ("none", "a-client")
    assert client_auth.presented("", {}).client_id == ""


BAD = {
    "header and body": (basic("a-client:s"), {"client_secret": "s"}),
    "header and assertion": (basic("a-client:s"), sent()),
    "secret and assertion": ("", sent(client_secret="s")),
    "an empty secret beside an assertion": ("", sent(client_secret="")),
    "another id than the header's": (basic("a-client:s"), {"client_id": "another"}),
    "another id than the assertion's": ("", sent(client_id="another")),
    "an assertion of no type": ("", {"client_assertion": assertion(pair())}),
    "an assertion of another type": ("", sent(client_assertion_type="urn:ietf:params:oauth:client-assertion-type:saml2-bearer")),
    "a type without assertion": ("", {"client_assertion_type": TYPE}),
    "another scheme": ("Bearer abc", {}),
    "no base64": ("Basic ü", {}),
    "no colon": (basic("a-client"), {}),
    "bytes": (f"Basic {base64.b64encode(b'a:' + bytes([255])).decode()}", {}),
    "nothing": ("Basic", {}),
}  # fmt: skip


@pytest.mark.parametrize(("header", "form"), BAD.values(), ids=BAD)
def test_what_can_not_be_a_proof(header, form):
    with pytest.raises(BadClient) as bad:
        client_auth.presented(header, form)
    assert (bad.value.status, bad.value.error) == (401, "invalid_client")


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b.c", "ü.ü.ü", "x" * 9_000, by_hand([], {}), by_hand({"alg": 1}, [])]
)
def test_an_assertion_that_can_not_be_read_is_not_valid_in_the_words_that_clients_look_for(text):
    with pytest.raises(BadClient) as bad:
        client_auth.presented("", sent(client_assertion=text))
    assert bad.value.description == "JWT is not valid"
    assert assertions.kid_of(text) == ""


def test_the_header_is_answered_with_its_challenge():
    with pytest.raises(BadClient) as bad:
        client_auth.presented(basic("a-client"), {})
    assert bad.value.headers["WWW-Authenticate"].startswith("Basic ")
