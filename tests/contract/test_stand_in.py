"""What the stand-in sign-in does is what panva's oidc-provider does, in one conversation with each."""

import base64
import hashlib
import secrets

import jwt
import pytest

from tests.contract import peers
from tests.contract.peers import CLIENT

VERIFIER = secrets.token_urlsafe(48)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    with peers.oidc_provider(tmp_path_factory.mktemp("ca")) as theirs, peers.stand_in() as ours:
        yield ours, theirs


def challenge(verifier):
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def question(**changes):
    asked = {
        "client_id": CLIENT.id,
        "redirect_uri": CLIENT.redirect_uri,
        "response_type": "code",
        "response_mode": "query",
        "scope": "openid profile email",
        "state": "a state",
        "nonce": "a nonce",
        "code_challenge": challenge(VERIFIER),
        "code_challenge_method": "S256",
        "prompt": "login",
    } | changes
    return {name: word for name, word in asked.items() if word is not None}


def answer(given, **changes):
    asked = {
        "grant_type": "authorization_code",
        "code": given,
        "redirect_uri": CLIENT.redirect_uri,
        "code_verifier": VERIFIER,
        "client_id": CLIENT.id,
        "client_secret": CLIENT.secret,
    } | changes
    return {name: word for name, word in asked.items() if word is not None}


def came_back(peer, back):
    """What came back, with what is each provider's own named as such."""
    if not isinstance(back, dict):
        return back
    own = {"code": "a code", "error_description": "words", "iss": back.get("iss") == peer.issuer}
    return {name: own.get(name, word) for name, word in back.items()}


def refusal(response):
    return response.status_code, response.json()["error"], response.headers["Cache-Control"]


def read(peer, token):
    """The ID token's header and claims, and the keys that are published, one of which it was signed with."""
    published = peer.http.get(peer.about["jwks_uri"], timeout=5).json()
    header = jwt.get_unverified_header(token)
    needed = {"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]}
    key = jwt.PyJWKSet.from_dict(published)[header["kid"]]
    claims = jwt.decode(token, key, algorithms=["RS256"], audience=CLIENT.id, issuer=peer.issuer, options=needed)
    return header, claims, published["keys"]


def sign_in(peer):
    """A whole sign-in, without what differs each time."""
    back = peer.authorize(question())
    response = peer.redeem(answer(back["code"]))
    tokens = response.json()
    header, claims, keys = read(peer, tokens["id_token"])
    return {
        "back": came_back(peer, back),
        "answer": (response.status_code, response.headers["Cache-Control"], sorted(tokens), tokens["token_type"]),
        "scope": sorted(tokens["scope"].split()),
        "header": (header["alg"], sorted(set(header) - {"typ"})),
        "claims": {name: claims[name] for name in ("aud", "nonce", "name", "email")},
        "times": (type(claims["iat"]), type(claims["exp"]), claims["exp"] - claims["iat"]),
        "keys": [sorted(key) for key in keys],
    }


def test_a_sign_in_is_the_same(both):
    ours, theirs = map(sign_in, both)
    assert ours == theirs
    assert ours["back"] == {"code": "a code", "state": "a state", "iss": True}
    assert ours["claims"]["nonce"] == "a nonce"


@pytest.mark.parametrize(
    "name",
    [
        "response_types_supported",
        "code_challenge_methods_supported",
        "id_token_signing_alg_values_supported",
        "authorization_response_iss_parameter_supported",
    ],
)
def test_each_says_the_same_of_itself(both, name):
    ours, theirs = (peer.about[name] for peer in both)
    assert ours == theirs
    assert [peer.about["issuer"] for peer in both] == [peer.issuer for peer in both]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "none"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "nonsense"}, "unsupported_response_mode"),
        ({"client_id": "somebody"}, None),
        ({"client_id": None}, None),
        ({"redirect_uri": f"{CLIENT.redirect_uri}more"}, None),
        ({"redirect_uri": f"{CLIENT.redirect_uri}?a=b"}, None),
        ({"redirect_uri": "https://elsewhere.example.org/"}, None),
    ],
)
def test_a_request_is_refused_in_the_same_way(both, changes, error):
    ours, theirs = (came_back(peer, peer.authorize(question(**changes))) for peer in both)
    assert ours == theirs
    assert ours == ({"error": error, "error_description": "words", "state": "a state", "iss": True} if error else 400)


def test_who_cancels_comes_back_in_the_same_way(both):
    ours, theirs = (came_back(peer, peer.authorize(question(), do=peer.cancel)) for peer in both)
    assert ours == theirs == {"error": "access_denied", "error_description": "words", "state": "a state", "iss": True}


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"code_verifier": VERIFIER[::-1]}, 400, "invalid_grant"),
        ({"code_verifier": "short"}, 400, "invalid_request"),
        ({"code_verifier": None}, 400, "invalid_grant"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_id": "somebody"}, 401, "invalid_client"),
        ({"redirect_uri": "https://elsewhere.example.org/"}, 400, "invalid_grant"),
        ({"redirect_uri": None}, 400, "invalid_request"),
        ({"code": "somebody-elses"}, 400, "invalid_grant"),
        ({"code": None}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "invalid_request"),
    ],
)
def test_a_code_is_refused_in_the_same_way(both, changes, status, error):
    ours, theirs = (refusal(peer.redeem(answer(peer.authorize(question())["code"], **changes))) for peer in both)
    assert ours == theirs == (status, error, "no-store")


def test_a_code_works_once(both):
    for peer in both:
        code = peer.authorize(question())["code"]
        assert peer.redeem(answer(code)).status_code == 200
        assert refusal(peer.redeem(answer(code))) == (400, "invalid_grant", "no-store")
