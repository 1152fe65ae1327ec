"""What a strict relying party checks of each answer (OpenID Connect Core 3.1.3, Back-Channel Logout 2.6, RFC 6749 5)."""

import time
from hashlib import sha256

import jwt

from tests.provider.conformance.suite import SKEW, Tokens, b64

HASHES = {"RS256": "sha256", "PS256": "sha256", "ES256": "sha256"}
EVENT = "http://schemas.openid.net/event/backchannel-logout"


def tokens(party, answer):
    """The token endpoint's answer, each part of it checked."""
    assert answer.status_code == 200, answer.content.decode()
    assert answer.headers["Content-Type"].split(";")[0] == "application/json"
    assert "no-store" in answer.headers["Cache-Control"]
    given = answer.json()
    assert given["token_type"].lower() == "bearer"
    assert type(given["expires_in"]) is int
    assert 0 < given["expires_in"] <= 3600
    assert len(given["access_token"]) >= 43
    assert "refresh_token" not in given
    claims = id_token(party, given["id_token"], given["access_token"])
    return Tokens(given["access_token"], given["id_token"], claims)


def signed(party, token, typ):
    """The claims of a token that a published key has signed, with what was agreed on."""
    header = jwt.get_unverified_header(token)
    assert header["alg"] == party.row.id_token_signed_response_alg
    assert header.get("typ", "JWT").lower() == typ.lower()
    [found] = [one for one in published(party) if one["kid"] == header["kid"]]
    key = jwt.PyJWK(found, algorithm=header["alg"]).key
    claims = jwt.decode(
        token,
        key,
        algorithms=[header["alg"]],
        audience=party.row.client_id,
        issuer=party.about()["issuer"],
        options={"require": ["iss", "sub", "aud", "exp", "iat", "jti"]},
    )
    now = time.time()
    assert claims["aud"] == party.row.client_id  # a plain string
    assert [type(claims[name]) for name in ("iat", "exp")] == [int, int]
    assert now - SKEW <= claims["iat"] <= now
    return claims


def published(party):
    answer = party.line.get(party.path("jwks_uri"))
    assert answer.status_code == 200
    return answer.json()["keys"]


def id_token(party, token, access):
    claims = signed(party, token, "JWT")
    assert claims.get("nonce") == party.asked.get("nonce")
    assert claims.get("azp", party.row.client_id) == party.row.client_id
    assert claims["at_hash"] == b64(sha256(access.encode()).digest()[:16])
    assert type(claims["auth_time"]) is int
    assert claims["auth_time"] <= claims["iat"] < claims["exp"]
    assert claims["sub"].isascii()
    assert 0 < len(claims["sub"]) <= 255
    assert isinstance(claims["acr"], str)
    assert isinstance(claims["amr"], list)
    assert all(isinstance(word, str) for word in claims["amr"])
    return claims


def logout_token(party, token, of):
    """A logout token (OpenID Connect Back-Channel Logout 1.0, 2.6) of the sign-in whose ID token had these claims."""
    claims = signed(party, token, "logout+jwt")
    assert claims["events"] == {EVENT: {}}
    assert "nonce" not in claims
    assert (claims["sub"], claims["sid"]) == (of["sub"], of["sid"])
    assert claims["exp"] - claims["iat"] <= 180
    return claims


def userinfo(party, given):
    """What userinfo tells to who signed in, whose `sub` is the ID token's."""
    answer = party.userinfo(given.access)
    assert answer.status_code == 200, answer.content.decode()
    assert answer.headers["Content-Type"].split(";")[0] == "application/json"
    told = answer.json()
    assert told["sub"] == given.claims["sub"]
    return told


def refused(answer, error, status=400):
    """That the token endpoint gave this error, as RFC 6749 5.2 writes one."""
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    return True


def page(answer, reason):
    """That a page of ours says why, which leads nowhere by itself."""
    assert (answer.status_code, answer.headers.get("Location")) == (400, None)
    text = answer.content.decode()
    assert 'data-page="provider-error"' in text
    assert f'data-reason="{reason}"' in text
    return True
