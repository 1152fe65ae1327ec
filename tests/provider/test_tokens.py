"""What an ID token and a logout token say."""

import base64
import hashlib
from datetime import timedelta

import jwt
import pytest

from provider import signing, tokens
from tests.provider import rings
from tests.provider.rings import ec_key, rsa_key

NOW = 1_800_000_000.9
ISSUER = "https://issuer.example:443/openam/oauth2"


@pytest.fixture(autouse=True)
def _provider(settings, tmp_path):
    settings.ISSUER, settings.ID_TOKEN_LIFE = ISSUER, timedelta(minutes=10)
    settings.SIGNING_KEYS = rings.write(tmp_path, first=rsa_key(), curve=ec_key())


def opened(token, *, typ="JWT", alg="RS256"):
    assert jwt.get_unverified_header(token)["typ"] == typ
    key = jwt.PyJWK(
        next(one for one in signing.published() if one["kid"] == jwt.get_unverified_header(token)["kid"]), alg
    )
    return jwt.decode(
        token, key.key, algorithms=[alg], options={"verify_exp": False, "verify_iat": False, "verify_aud": False}
    )


def id_token(**more):
    given = {"audience": "one.apps.national", "access_token": "a" * 43, "now": NOW, "alg": "RS256"} | more
    return tokens.id_token({"sub": "999900000001", "auth_time": 1_799_999_990}, **given)


def test_an_id_token_says_whose_it_is_and_for_how_long():
    claims = opened(id_token())
    assert claims.pop("jti")
    assert (
        claims
        == {
            "iss": ISSUER,
            "aud": "one.apps.national",  # and no list: clients compare it
            "azp": "one.apps.national",
            "sub": "999900000001",
            "auth_time": 1_799_999_990,
            "iat": 1_800_000_000,
            "exp": 1_800_000_600,
            "at_hash": base64.urlsafe_b64encode(hashlib.sha256(b"a" * 43).digest()[:16]).decode().rstrip("="),
        }
    )


def test_no_two_id_tokens_are_one():
    one, other = opened(id_token()), opened(id_token(access_token="b" * 43))
    assert one["jti"] != other["jti"]
    assert one["at_hash"] != other["at_hash"]  # which a client takes for its session's id


def test_at_hash_is_that_of_the_specifications_own_example():
    # OpenID Connect Core 1.0, A.3
    assert tokens.at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ"


@pytest.mark.parametrize("alg", ["PS256", "ES256"])
def test_a_client_that_registers_another_algorithm_gets_it(alg):
    assert opened(id_token(alg=alg), alg=alg)["sub"] == "999900000001"


def logout_token(**more):
    given = {"audience": "one", "sub": "999900000001", "sid": "s", "signed_in": NOW - 900, "now": NOW, "alg": "RS256"}
    return opened(tokens.logout_token(**given | more), typ="logout+jwt")


def test_a_logout_token_says_who_is_out_and_is_issued_two_seconds_back():
    claims = logout_token()
    assert claims.pop("jti") != logout_token()["jti"]
    assert claims == {
        "iss": ISSUER,
        "aud": "one",
        "sub": "999900000001",
        "sid": "s",
        "iat": 1_799_999_998,
        "exp": 1_800_000_120,
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    }


def test_a_logout_token_is_never_issued_before_the_sign_in_that_it_ends():
    assert logout_token(signed_in=NOW - 1)["iat"] == 1_799_999_999
    assert logout_token(signed_in=NOW)["iat"] == 1_800_000_000
