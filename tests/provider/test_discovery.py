"""Discovery is true to the letter, and the keys are those that sign."""

import jwt
import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from authenticators.registry import KINDS
from provider import claims, codes, discovery, parameters, signing
from provider.models import Client
from provider.requests import NOT_SUPPORTED, Asked
from tests.provider import rings
from tests.provider.relying import SCOPES
from tests.provider.rings import rsa_key

PATH = f"{settings.ISSUER_PATH}/.well-known/openid-configuration"


@pytest.fixture
def document(db):
    return Browser().get(PATH).json()


def test_it_stands_where_the_issuer_says_and_may_be_kept_for_a_quarter_of_an_hour(db, settings):
    settings.ISSUER = "https://careid.example.nhs.uk:443/openam/oauth2"  # as clients have it, letter by letter
    answer = Browser().get(PATH)
    assert answer.json()["issuer"] == settings.ISSUER
    assert answer.json()["token_endpoint"] == f"{settings.ISSUER}/access_token"
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "public, max-age=900"
    assert not answer.cookies


NAMES = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "access_token",
    "userinfo_endpoint": "userinfo",
    "jwks_uri": "jwks",
    "introspection_endpoint": "introspect",
    "revocation_endpoint": "revoke",
    "end_session_endpoint": "end_session",
}


def test_every_endpoint_that_it_names_is_there(document):
    named = {name: address for name, address in document.items() if name.endswith(("_endpoint", "jwks_uri"))}
    assert set(named) == set(NAMES)
    for name, url in NAMES.items():
        assert named[name] == f"{settings.ISSUER_ORIGIN}{reverse(f'provider:{url}')}"


def test_lists_are_lists_with_nothing_twice_and_what_is_refused_is_false(document):
    for name, value in document.items():
        if name.endswith("_supported"):
            assert isinstance(value, bool | list), name
            assert isinstance(value, bool) or (len(value) == len(set(value)) > 0), name
    assert [document[f"{name}_parameter_supported"] for name in ("claims", "request", "request_uri")] == [False] * 3
    assert {"request", "request_uri"} < set(NOT_SUPPORTED)


def test_it_says_what_the_code_does(document):
    assert document["response_types_supported"] == ["code"]
    assert document["response_modes_supported"] == ["query"]
    assert document["grant_types_supported"] == ["authorization_code"]
    assert document["subject_types_supported"] == ["public"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["prompt_values_supported"] == list(parameters.PROMPTS)
    assert document["scopes_supported"] == ["openid", *[one for one in document["scopes_supported"] if one != "openid"]]
    assert set(document["scopes_supported"]) == set(SCOPES)
    methods = set(Client.Authentication.values)
    assert set(document["token_endpoint_auth_methods_supported"]) == methods
    assert set(document["revocation_endpoint_auth_methods_supported"]) == methods
    assert set(document["introspection_endpoint_auth_methods_supported"]) == methods - {"none"}
    for name in ("token", "revocation", "introspection"):
        told = document[f"{name}_endpoint_auth_signing_alg_values_supported"]
        assert set(told) == set(Client.Assertion.values)
    for name in ("authorization_response_iss_parameter", "backchannel_logout", "backchannel_logout_session"):
        assert document[f"{name}_supported"] is True


def test_only_what_some_way_of_signing_in_meets_is_named(document):
    ways = {kind.sign_in.acr for kind in KINDS.values() if kind.sign_in and kind.sign_in.is_set_up()}
    named = set(document["acr_values_supported"])
    assert named == ways | {"AAL2_ANY", "AAL2_OR_AAL3_ANY"}
    assert not any(one.startswith("AAL3") for one in named)


def test_an_algorithm_is_named_where_there_is_a_key_for_it(document, settings, tmp_path):
    assert document["id_token_signing_alg_values_supported"] == ["RS256", "PS256", "ES256"]
    settings.SIGNING_KEYS = rings.write(tmp_path, one=rsa_key())
    assert Browser().get(PATH).json()["id_token_signing_alg_values_supported"] == ["RS256", "PS256"]


def test_every_claim_that_is_given_is_named(document, here, rp, person):
    scopes = tuple(document["scopes_supported"])
    asked = Asked(client_id=rp.row.client_id, redirect_uri=rp.redirect_uri, nonce="n", scopes=scopes)
    code = codes.issue(client=rp.row, sign_in=here.session_row.newest, asked=asked, acr="AAL2_ANY", role="r")
    given = codes.redeem(client=rp.row, code=code, redirect_uri=rp.redirect_uri, verifier="")
    told = set(jwt.decode(given.id_token, options={"verify_signature": False}))
    told |= set(rp.userinfo(given.access_token).json())
    assert told == set(document["claims_supported"])


def test_the_keys_are_those_that_sign_and_their_private_halves_stay(document):
    answer = Browser().get(f"{settings.ISSUER_PATH}/connect/jwk_uri")
    assert answer.json() == {"keys": signing.published()}
    assert answer.headers["Cache-Control"] == "public, max-age=900"
    assert not any(set(key) & {"d", "p", "q", "dp", "dq", "qi", "k"} for key in answer.json()["keys"])


@pytest.mark.parametrize("path", ["/connect/jwk_uri", "/.well-known/openid-configuration"])
def test_they_are_only_read_and_are_not_there_where_no_key_is_set(db, settings, path):
    assert Browser().post(f"{settings.ISSUER_PATH}{path}").status_code == 405
    assert Browser().head(f"{settings.ISSUER_PATH}{path}").status_code == 200
    settings.SIGNING_KEYS = ""
    assert Browser().get(f"{settings.ISSUER_PATH}{path}").status_code == 404


def test_reading_them_asks_the_database_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        Browser().get(PATH)
        Browser().get(f"{settings.ISSUER_PATH}/connect/jwk_uri")


def test_no_scope_tells_what_discovery_does_not_offer():
    assert set(claims.BY_SCOPE) < set(discovery.SCOPES)
