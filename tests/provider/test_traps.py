"""What other providers fell into, each trap by what holds here. Two of them stand with the clients that they are of:

T2 in Chromium (browser/test_form_action.py), and T11 (tests/contract/test_mod_auth_openidc.py).
"""

import secrets
from hashlib import sha256

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from provider import registering
from provider.client_rules import Invalid
from provider.models import Client
from tests.provider.conformance import checks
from tests.provider.conformance.suite import challenge, jwk, key, registered


def kid_of(token):
    return jwt.get_unverified_header(token)["kid"]


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": 0}])
def test_t1_a_sign_in_of_the_same_second_is_not_one_that_answers_this_request(party, badge, asked):
    party.sign_in(badge)
    assert 'data-page="sign-in"' in party.follow(party.ask(**asked)).content.decode()


def test_t2_each_page_on_the_way_lets_its_forms_end_at_the_service(party, badge):
    ways = party.follow(party.ask())
    typed = {"email": badge.profile.email, "password": "any"} | {"visit": ways.context["visit"].pk}
    code = party.follow(party.browser.client.post("/sign-in/", typed))
    refused = party.follow(party.ask(acr_values="AAL3_ANY"))
    pages = [found.content.decode().partition('data-page="')[2].partition('"')[0] for found in (ways, code, refused)]
    assert pages == ["sign-in", "sign-in-code", "sign-in-refused"]
    for page in (ways, code, refused):
        assert "https://party.example.org" in _form_action(page)
    assert "https://party.example.org" not in _form_action(party.browser.client.get("/"))


def _form_action(page):
    [found] = [part for part in page.headers["Content-Security-Policy"].split(";") if "form-action" in part]
    return found


def test_t3_an_assertion_without_kid_is_tried_with_each_key_and_an_unnamed_algorithm_is_the_registered_one(
    make_keyed, badge
):
    two = [{name: value for name, value in jwk(key(number=number)).items() if name != "kid"} for number in (1, 0)]
    party = make_keyed("RS512", jwks={"keys": two})
    code = party.code(badge)
    checks.tokens(party, party.redeem(code, client_assertion=party.assertion(headers={})))
    assert all(found["kid"] for found in checks.published(party))  # and ours are named: clients are not so patient


def test_t4_a_small_key_is_refused_where_it_is_registered(db):
    small = jwk(rsa.generate_private_key(65537, 1024))
    with pytest.raises(Invalid) as refused:
        registered("private_key_jwt", jwks={"keys": [jwk(key()), small]})
    assert [found.field for found in refused.value.problems] == ["jwks"]


def test_t5_a_clients_secret_is_256_random_bits_and_its_row_has_the_sha_256_of_it(party, badge):
    secret = registering.new_secret(client=party.row, by="system")
    assert len(secret) == 43
    assert bytes(Client.objects.get().secret_hash) == sha256(secret.encode()).digest()
    party.secret = secret
    party.sign_in(badge)


def test_t6_the_audience_of_each_token_is_a_plain_string(hearing, badge, told):
    given = hearing.sign_in(badge)
    hearing.browser.client.post("/sign-out/")
    [token] = told()
    for signed in (given.id_token, token):
        assert jwt.decode(signed, options={"verify_signature": False})["aud"] == hearing.row.client_id


def test_t7_tokens_are_signed_rs256_but_for_a_client_that_has_registered_another(party, make_party, badge):
    other = make_party(id_token_signed_response_alg="ES256")
    algs = [jwt.get_unverified_header(asks.sign_in(badge).id_token)["alg"] for asks in (party, other)]
    assert algs == ["RS256", "ES256"]


def test_t8_where_the_browser_drops_prompt_login_auth_time_tells(party, badge):
    first = party.sign_in(badge)
    asked = {"prompt": "login"}
    del asked["prompt"]  # as somebody may in the address bar
    assert party.sign_in(**asked).claims["auth_time"] == first.claims["auth_time"]


def test_t9_pkce_is_due_of_public_and_new_clients_may_be_left_out_by_old_ones_and_is_heeded_always(
    party, make_party, badge
):
    with pytest.raises(Invalid):
        make_party("none", needs_pkce=False)
    assert Client().needs_pkce
    for due in (make_party("none"), make_party(needs_pkce=True)):
        assert due.error(due.ask()) == "invalid_request"
        due.sign_in(badge, pkce=True)
    party.sign_in(badge)
    verifier = secrets.token_urlsafe(48)
    code = party.code(badge, code_challenge=challenge(verifier), code_challenge_method="S256")
    assert checks.refused(party.redeem(code), "invalid_grant")
    assert checks.refused(party.redeem(party.code(badge), code_verifier=verifier), "invalid_grant")


def test_t10_the_issuer_is_what_was_set_whatever_host_and_scheme_a_request_comes_by(party, badge, settings):
    usual = party.about()
    for extra in (
        {"HTTP_HOST": "127.0.0.1:8000"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_FORWARDED_HOST": "evil.example"},
    ):
        assert party.line.get(f"{settings.ISSUER_PATH}/.well-known/openid-configuration", **extra).json() == usual


def test_t12_a_session_that_was_signed_out_never_comes_back_under_its_sid(party, badge):
    sids = []
    for _ in range(3):
        sids.append(party.sign_in(badge).claims["sid"])
        party.browser.client.post("/sign-out/")
    assert len(set(sids)) == 3
