"""The module of the OpenID Foundation's Config plan, in its parts: oidcc-config-certification-test-plan."""

import re

import pytest
from django.conf import settings

from tests.provider.conformance import checks

ARRAYS = (
    "acr_values_supported", "claims_supported", "code_challenge_methods_supported", "grant_types_supported",
    "id_token_signing_alg_values_supported", "response_modes_supported", "response_types_supported", "scopes_supported",
    "subject_types_supported", "token_endpoint_auth_methods_supported", "token_endpoint_auth_signing_alg_values_supported",
)  # fmt: skip
FALSE = ("claims_parameter_supported", "request_parameter_supported", "request_uri_parameter_supported")
TRUE = ("authorization_response_iss_parameter_supported", "backchannel_logout_supported", "backchannel_logout_session_supported")  # fmt: skip
ENDPOINTS = (
    "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint",
    "introspection_endpoint", "revocation_endpoint",
)  # fmt: skip
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "k", "oth"}


@pytest.fixture
def about(party):
    return party.about()


def test_oidcc_discovery_endpoint_verification(about):
    assert about["issuer"] == settings.ISSUER
    assert about["response_types_supported"] == ["code"]
    assert about["response_modes_supported"] == ["query"]
    assert about["subject_types_supported"] == ["public"]
    assert about["grant_types_supported"] == ["authorization_code"]
    assert about["code_challenge_methods_supported"] == ["S256"]
    assert {"openid", "profile", "email"} <= set(about["scopes_supported"])
    assert "RS256" in about["id_token_signing_alg_values_supported"]


@pytest.mark.parametrize("name", ARRAYS)
def test_oidcc_discovery_endpoint_verification_arrays_are_arrays_of_words_each_once(about, name):
    words = about[name]
    assert isinstance(words, list)
    assert words
    assert all(isinstance(word, str) for word in words)
    assert len(set(words)) == len(words)


def test_oidcc_discovery_endpoint_verification_no_field_is_of_a_wrong_type(about):
    for name, value in about.items():
        if name.endswith(("_supported", "_required")) and not isinstance(value, list):
            assert isinstance(value, bool), name
        if name.endswith(("_endpoint", "_uri")):
            assert value.startswith(f"{settings.ISSUER}/"), name
        assert value is not None, name
    assert [about[name] for name in FALSE] == [False] * len(FALSE)
    assert [about[name] for name in TRUE] == [True] * len(TRUE)
    for locale in about.get("ui_locales_supported", []):
        assert re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", locale)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_oidcc_discovery_endpoint_verification_endpoints_are_there(party, name):
    assert party.line.options(party.path(name)).status_code != 404
    assert party.line.get(party.path(name)).status_code < 500


def test_oidcc_discovery_endpoint_verification_over_https_everything_is(settings, party):
    settings.ISSUER = "https://careid.example.org/oidc"
    about = party.about()
    addresses = [about[name] for name in (*ENDPOINTS, "issuer")]
    assert all(address.startswith("https://careid.example.org/oidc") for address in addresses)


def test_oidcc_discovery_endpoint_verification_keys_are_sound(party):
    keys = checks.published(party)
    assert len({one["kid"] for one in keys}) == len(keys)
    for one in keys:
        assert (one["use"], PRIVATE & set(one)) == ("sig", set())
        assert one["kty"] in {"RSA", "EC"}
        assert one["kty"] == "EC" or len(one["n"]) * 6 >= 2048
    assert "RSA" in {one["kty"] for one in keys}


def test_oidcc_discovery_endpoint_verification_every_claim_that_is_given_is_named(party, badge):
    given = party.sign_in(badge, scope="openid profile email nhsperson nationalrbacaccess associatedorgs selectedrole")
    told = set(given.claims) | set(checks.userinfo(party, given))
    assert told <= set(party.about()["claims_supported"])


def test_oidcc_discovery_endpoint_verification_is_kept_for_a_while(party):
    for path in (f"{settings.ISSUER_PATH}/.well-known/openid-configuration", party.path("jwks_uri")):
        answer = party.line.get(path)
        assert "max-age=900" in answer.headers["Cache-Control"]
        assert not answer.cookies
