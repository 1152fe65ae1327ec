"""Those modules of the OpenID Foundation's Dynamic plan that apply where operators register the clients."""

from datetime import timedelta

import jwt
import pytest
from django.utils import timezone

from provider.client_rules import Invalid
from provider.models import Client
from tests.provider.conformance import checks
from tests.provider.conformance.suite import REDIRECT, jwk, key, registered

WITH_QUERY = f"{REDIRECT}?foo=bar&bar=a%20b"


@pytest.fixture
def with_query(make_party):
    return make_party(redirect_uris=[WITH_QUERY])


@pytest.mark.parametrize("alg", Client.Assertion.values)
def test_oidcc_server_by_a_key(make_keyed, badge, alg):
    assert make_keyed(alg).sign_in(badge).claims["sub"] == badge.profile.user_id


def test_oidcc_ensure_client_assertion_with_iss_aud_succeeds(make_keyed, badge):
    party = make_keyed()
    code, issuer = party.code(badge), party.about()["issuer"]
    checks.tokens(party, party.redeem(code, client_assertion=party.assertion(issuer)))


def test_oidcc_ensure_redirect_uri_in_authorization_request(party):
    assert checks.page(party.ask(redirect_uri=None), "redirect")


def test_oidcc_idtoken_rs256(party, badge):
    assert party.row.id_token_signed_response_alg == "RS256"
    party.sign_in(badge)


@pytest.mark.parametrize("alg", ["PS256", "ES256"])
def test_oidcc_idtoken_by_another_algorithm_where_one_is_registered(make_party, badge, alg):
    make_party(id_token_signed_response_alg=alg).sign_in(badge)


def test_oidcc_userinfo_rs256(party, badge):
    """A signed answer can't be registered: discovery names no algorithm for one, and what is answered is JSON."""
    assert not any(name.startswith("userinfo_signing") for name in party.about())
    checks.userinfo(party, party.sign_in(badge))


def test_oidcc_redirect_uri_query_OK(with_query, badge):
    with_query.sign_in(badge)


def test_oidcc_redirect_uri_query_mismatch(with_query):
    for other in (
        f"{REDIRECT}?foo=other&bar=a%20b",
        f"{REDIRECT}?bar=a%20b&foo=bar",
        f"{REDIRECT}?foo=bar&bar=a+b",
        REDIRECT,
    ):
        assert checks.page(with_query.ask(redirect_uri=other), "redirect")


def test_oidcc_redirect_uri_query_added(party):
    assert checks.page(party.ask(redirect_uri=f"{REDIRECT}?foo=bar"), "redirect")


def test_oidcc_redirect_uri_regfrag(db):
    with pytest.raises(Invalid) as refused:
        registered(redirect_uris=[f"{REDIRECT}#fragment"])
    assert [found.field for found in refused.value.problems] == ["redirect_uris"]


def test_oidcc_registration_jwks_uri(make_keyed, badge, listener):
    listener.published = {"keys": [jwk(key())]}
    make_keyed(jwks=None, jwks_uri=listener.address("/keys")).sign_in(badge)
    assert listener.asked == 1


def test_oidcc_refresh_token_rp_key_rotation(make_keyed, badge, listener):
    """There are no refresh tokens: what the module holds of a client's new key is held where its codes are redeemed."""
    listener.published = {"keys": [jwk(key())]}
    party = make_keyed(jwks=None, jwks_uri=listener.address("/keys"))
    party.sign_in(badge)
    listener.published, party.private = {"keys": [jwk(key(number=1))]}, key(number=1)
    Client.objects.update(fetch_tried_at=timezone.now() - timedelta(minutes=2))
    party.sign_in()


def test_oidcc_request_uri_signed_rs256(party):
    assert party.error(party.ask(request_uri="https://party.example.org/object#hash")) == "request_uri_not_supported"


def test_oidcc_server_rotate_keys(party, badge, settings, new_key):
    """A new key stands there a day before it signs, and the old one for as long as what it signed."""
    first = party.sign_in(badge)
    old = {found["kid"] for found in checks.published(party)}
    settings.SIGNING_KEYS = f"{settings.SIGNING_KEYS},next:{new_key}"
    assert {found["kid"] for found in checks.published(party)} > old
    assert party.sign_in(prompt="none", id_token_hint=first.id_token).claims["sid"] == first.claims["sid"]
    settings.SIGNING_KEYS = ",".join(reversed(settings.SIGNING_KEYS.split(",")))
    third = party.sign_in(prompt="none", id_token_hint=first.id_token)
    kids = [jwt.get_unverified_header(token)["kid"] for token in (first.id_token, third.id_token)]
    assert kids[1] not in old
    assert kids[0] in {found["kid"] for found in checks.published(party)}
