"""Those modules of the OpenID Foundation's FAPI 2.0 Security Profile plan that apply: no PAR, no DPoP, no refresh.

Each client is held to PKCE and proves itself by a key, as that profile has it.
"""

import secrets
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from provider.models import Code
from tests.provider.conformance import checks
from tests.provider.conformance.suite import challenge

VERIFIER = secrets.token_urlsafe(48)
PKCE = {"code_challenge": challenge(VERIFIER), "code_challenge_method": "S256"}


@pytest.fixture
def party(make_keyed):
    return make_keyed("PS256", needs_pkce=True)


@pytest.fixture
def other(make_keyed):
    return make_keyed("PS256", needs_pkce=True)


def redeem(party, code, **changes):
    return party.redeem(code, **{"code_verifier": VERIFIER, **changes})


def test_fapi2_security_profile_final_discovery_end_point_verification(party):
    about = party.about()
    assert {"private_key_jwt"} <= set(about["token_endpoint_auth_methods_supported"])
    assert {"PS256", "ES256"} <= set(about["token_endpoint_auth_signing_alg_values_supported"])
    assert about["code_challenge_methods_supported"] == ["S256"]
    assert about["authorization_response_iss_parameter_supported"] is True


def test_fapi2_security_profile_final_happy_flow(party, badge):
    given = party.sign_in(badge)
    checks.userinfo(party, given)


def test_fapi2_security_profile_final_user_rejects_authentication(party):
    page = party.follow(party.ask(**PKCE))
    assert page.status_code == 200
    left = party.browser.client.post(f"{party.path('authorization_endpoint')}/continue", {"leave": "1"})
    assert party.error(left) == "access_denied"


def test_fapi2_security_profile_final_ensure_authorization_request_without_state_success(party, badge):
    party.sign_in(badge, state=None)


def test_fapi2_security_profile_final_ensure_authorization_request_with_long_state(party, badge):
    for state in (secrets.token_urlsafe(256), "s" * 2048, "\u00e9 +%20&=#\u2603/"):
        party.sign_in(badge, state=state, prompt="login")


def test_fapi2_security_profile_final_ensure_authorization_request_with_64_char_nonce_success(party, badge):
    party.sign_in(badge, nonce=secrets.token_hex(32))


def test_fapi2_security_profile_final_ensure_authorization_request_with_long_nonce(party, badge):
    party.sign_in(badge, nonce=secrets.token_urlsafe(384))


def test_fapi2_security_profile_final_ensure_authorization_request_without_nonce_success(party, badge):
    party.sign_in(badge, nonce=None)


def test_fapi2_security_profile_final_ensure_other_scope_order_succeeds(party, badge):
    given = party.sign_in(badge, scope="email profile openid")
    assert {"email", "family_name"} <= set(checks.userinfo(party, given))


def test_fapi2_security_profile_final_access_token_type_header_case_sensitivity(party, badge):
    given = party.sign_in(badge)
    for scheme in ("bearer", "BEARER", "Bearer", "bEARER"):
        headers = {"Authorization": f"{scheme} {given.access}"}
        assert party.line.get(party.path("userinfo_endpoint"), headers=headers).status_code == 200


def test_fapi2_security_profile_final_attempt_reuse_authorization_code_after_one_second(party, badge):
    code = party.code(badge, **PKCE)
    given = checks.tokens(party, redeem(party, code))
    Code.objects.update(used_at=timezone.now() - timedelta(seconds=1))
    assert checks.refused(redeem(party, code), "invalid_grant")
    assert party.userinfo(given.access).status_code == 401


def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_expired_auth_code(party, badge):
    code = party.code(badge, **PKCE)
    made = Code.objects.get()
    assert made.expires_at - made.made_at <= timedelta(seconds=60)
    Code.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert checks.refused(redeem(party, code), "invalid_grant")


def test_fapi2_security_profile_final_ensure_authorization_code_is_bound_to_client(party, other, badge):
    code = party.code(badge, **PKCE)
    other.asked = party.asked
    assert checks.refused(redeem(other, code), "invalid_grant")


def test_fapi2_security_profile_final_ensure_client_id_in_token_endpoint(party, other, badge):
    """The assertion says who asks; a `client_id` beside it is of the same client or nobody is authenticated."""
    checks.tokens(party, redeem(party, party.code(badge, **PKCE), client_id=None))
    code = party.code(**PKCE)
    assert checks.refused(redeem(party, code, client_id=other.row.client_id), "invalid_client", 401)


def test_fapi2_security_profile_final_ensure_redirect_uri_in_authorization_request(party):
    assert checks.page(party.ask(redirect_uri=None, **PKCE), "redirect")


def test_fapi2_security_profile_final_ensure_response_type_token_fails(party):
    assert party.error(party.ask(response_type="token", **PKCE)) == "unsupported_response_type"


def test_fapi2_security_profile_final_ensure_response_type_code_idtoken_fails(party):
    assert party.error(party.ask(response_type="code id_token", **PKCE)) == "unsupported_response_type"


def test_fapi2_security_profile_final_ensure_pkce_code_verifier_required(party, badge):
    code = party.code(badge, **PKCE)
    assert checks.refused(party.redeem(code), "invalid_grant")


def test_fapi2_security_profile_final_incorrect_pkce_code_verifier_rejected(party, badge):
    code = party.code(badge, **PKCE)
    assert checks.refused(redeem(party, code, code_verifier=VERIFIER[::-1]), "invalid_grant")
    assert checks.refused(redeem(party, code), "invalid_grant")  # the wrong one has burnt it


def test_fapi2_security_profile_final_par_ensure_pkce_required(party):
    assert party.error(party.ask()) == "invalid_request"


def test_fapi2_security_profile_final_par_plain_pkce_rejected(party):
    plain = secrets.token_urlsafe(32)  # as long as a challenge by S256
    for method in ("plain", None):
        assert party.error(party.ask(code_challenge=plain, code_challenge_method=method)) == "invalid_request"


def test_fapi2_security_profile_final_ensure_client_assertion_with_iss_aud_succeeds(party, badge):
    said = party.assertion(party.about()["issuer"])
    checks.tokens(party, redeem(party, party.code(badge, **PKCE), client_assertion=said))


def test_fapi2_security_profile_final_ensure_client_assertion_with_token_endpoint_aud_succeeds(party, badge):
    said = party.assertion(party.about()["token_endpoint"])
    checks.tokens(party, redeem(party, party.code(badge, **PKCE), client_assertion=said))


def test_fapi2_security_profile_final_ensure_client_assertion_with_an_array_of_audiences_is_right_for_its_very_server(
    party, badge
):
    """FAPI refuses an array at PAR, which is not here; RFC 7523 lets one be, where we are in it."""
    said = party.assertion(["https://other.example", party.about()["token_endpoint"]])
    checks.tokens(party, redeem(party, party.code(badge, **PKCE), client_assertion=said))
    other = party.assertion(["https://other.example"])
    assert checks.refused(redeem(party, party.code(**PKCE), client_assertion=other), "invalid_client", 401)


def test_fapi2_security_profile_final_ensure_claims_parameter_and_essential_acr_do_no_harm(party, badge):
    """`claims` is not supported, so an essential acr in it is nothing that was asked; `acr_values` is the way to ask."""
    asked = {"claims": '{"id_token": {"acr": {"essential": true, "values": ["AAL3_ANY"]}}}', "acr_values": "AAL2_ANY"}
    assert party.sign_in(badge, **asked).claims["acr"] == "AAL2_ANY"


@pytest.mark.parametrize(("name", "word"), [("scope", "openid"), ("state", "s"), ("nonce", "n"), ("max_age", "1")])
def test_fapi2_security_profile_final_repeated_parameters_are_refused(party, name, word):
    asked = [*party.question(**PKCE).items(), (name, word), (name, word)]
    answer = party.browser.client.get(f"{party.path('authorization_endpoint')}?{urlencode(asked)}")
    if name == "state":  # which of the two should come back, nobody can say
        party.asked.pop("state")
    assert party.error(answer) == "invalid_request"
