"""What the demo's sample service believes, and of whom. Who signs in at it stands in `test_demo.py`."""

import time
from uuid import uuid4

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import RSAAlgorithm

from demo import service, service_told
from demo.provider_server import running
from demo.service_client import EVENT, RelyingParty, Told

ISSUER, CLIENT = "http://localhost:8000/oidc", "sample"
KEY, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
DISCOVERED = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "jwks": {"keys": [RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True) | {"kid": "one", "use": "sig"}]},
    "_loaded_at": 1,
}
SIGNED_OUT = "You were signed out by Care ID"


@pytest.fixture
def site():
    pem = OTHER.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    party = RelyingParty(issuer=ISSUER, client_id=CLIENT, scopes=("openid", "profile"), key=pem)
    party.app.server_metadata.update(DISCOVERED)
    with running(service.SampleService(party=party)) as site:
        yield site


@pytest.fixture
def browser():
    with requests.Session() as browser:
        yield browser


def signed_in(site, sid, sub="999900000011"):
    """The token of a browser in which somebody is signed in."""
    site.browsers[sid] = {"told": Told({"sub": sub, "sid": sid}, {"sub": sub, "name": "NAIR Priya"}, "an ID token")}
    return {service.COOKIE: sid}


def get(site, path="/", **how):
    return requests.get(f"http://localhost:{site.port}{path}", timeout=30, **how)


def told(**changed):
    """The claims of an honest logout token; None leaves one out."""
    now = int(time.time())
    honest = {"iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": uuid4().hex, "events": {EVENT: {}}}
    made = honest | {"sub": "999900000011", "sid": "a"} | changed
    return {name: value for name, value in made.items() if value is not None}


def hear(site, claims, key=KEY, alg="RS256"):
    token = jwt.encode(claims, key, algorithm=alg, headers={"kid": "one", "typ": "logout+jwt"})
    address = f"http://localhost:{site.port}/back-channel-logout"
    return requests.post(address, {"logout_token": token}, timeout=30).status_code


def test_who_is_signed_out_at_care_id_is_so_here_and_nobody_else(site):
    mine, others = signed_in(site, "a"), signed_in(site, "b")
    assert "You are signed in as NAIR Priya" in get(site, cookies=mine).text
    assert hear(site, told()) == 200
    assert SIGNED_OUT in get(site, cookies=mine).text
    assert "You are signed in" in get(site, cookies=others).text


def test_a_logout_without_a_session_is_of_all_that_a_person_has(site):
    cookies = signed_in(site, "a"), signed_in(site, "b"), signed_in(site, "c", sub="somebody else")
    assert hear(site, told(sid=None)) == 200
    assert [SIGNED_OUT in get(site, cookies=one).text for one in cookies] == [True, True, False]


BAD = {
    "another issuer's": told(iss="https://elsewhere.example.org"),
    "for another service": told(aud="another"),
    "of no one": told(sub=None, sid=None),
    "without its event": told(events={"another": {}}),
    "with no events": told(events=None),
    "with events that are none": told(events=EVENT),
    "an ID token": told(nonce="a nonce"),
    "too old": told(exp=int(time.time()) - 300),
    "without an end": told(exp=None),
    "without a number": told(jti=None),
}


@pytest.mark.parametrize("claims", BAD.values(), ids=BAD)
def test_what_is_no_logout_token_for_this_service_signs_nobody_out(claims, site):
    mine = signed_in(site, "a")
    assert hear(site, claims) == 400
    assert "You are signed in" in get(site, cookies=mine).text


@pytest.mark.parametrize(("key", "alg"), [(OTHER, "RS256"), (KEY, "PS256"), (b"x" * 32, "HS256"), ("", "none")])
def test_what_care_id_did_not_sign_signs_nobody_out(key, alg, site, monkeypatch):
    monkeypatch.setattr(site.party.app, "fetch_jwk_set", lambda force=False: DISCOVERED["jwks"])
    mine = signed_in(site, "a")
    assert hear(site, told(), key, alg) == 400
    assert "You are signed in" in get(site, cookies=mine).text


def test_a_logout_token_is_heard_once(site):
    claims = told()
    assert [hear(site, claims), hear(site, claims)] == [200, 400]


def test_it_asks_with_pkce_for_both_levels_and_what_it_asked_is_its_browsers_own(site, browser):
    asked = browser.get(f"http://localhost:{site.port}/sign-in", allow_redirects=False, timeout=30)
    address = asked.headers["Location"]
    assert address.startswith(f"{ISSUER}/authorize?")
    for part in ("code_challenge_method=S256", "acr_values=AAL2_OR_AAL3_ANY", "nonce=", f"client_id={CLIENT}"):
        assert part in address
    state = requests.utils.unquote(address.partition("state=")[2].partition("&")[0])
    answers = {"state": state, "code": "somebody's", "iss": ISSUER}
    assert "Care ID says: mismatching_state" in get(site, "/signed-in", params=answers).text
    elsewhere = browser.get(
        f"http://localhost:{site.port}/signed-in", params=answers | {"iss": "https://x.example"}, timeout=30
    )
    assert (elsewhere.status_code, "another issuer" in elsewhere.text) == (400, True)


def test_what_goes_wrong_at_care_id_is_said(site):
    answer = get(site, "/signed-in", params={"error": "access_denied", "error_description": "<b>", "iss": ISSUER})
    assert answer.status_code == 400
    assert "Care ID says: access_denied. &lt;b&gt;" in answer.text


def test_each_claim_is_an_entry_and_each_role_one_with_all_that_is_said_of_it():
    role = {"code": "R1", "activities": ["a", "b"]}
    claims = {"sub": "1", "auth_time": 0, "amr": ["TOTP"], "roles": [role, {"code": "R2"}], "none": []}
    assert [(one.name, one.lines) for one in service_told.entries(claims)] == [
        ("sub", ("1",)),
        ("auth_time", ("0",)),
        ("amr", ("TOTP",)),
        ("roles, 1", ("code: R1", "activities: a, b")),
        ("roles, 2", ("code: R2",)),
        ("none", ("(none)",)),
    ]
    times = service_told.entries({"auth_time": 0, "exp": 10**30, "iat": "x"})
    assert [one.at is not None for one in times] == [True, False, False]
