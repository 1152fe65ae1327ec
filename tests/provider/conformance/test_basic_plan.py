"""The modules of the OpenID Foundation's Basic plan, each by its name: oidcc-basic-certification-test-plan."""

import secrets
from datetime import timedelta
from urllib.parse import urlencode

import jwt
from django.db.models import F
from django.utils import timezone

from authenticators.registry import KINDS
from provider.models import Code, Token
from sign_in.models import SignIn
from tests import kinds
from tests.provider.conformance import checks
from tests.provider.conformance.suite import Party, challenge

PROFILE = {"name", "family_name", "given_name"}


def request_object(party, algorithm="none", key=None):
    return jwt.encode(party.question(), key, algorithm=algorithm)


def a_second_ago(seconds=2):
    """Every sign-in was so long ago."""
    SignIn.objects.update(at=F("at") - timedelta(seconds=seconds))


def test_oidcc_server(party, badge):
    given = party.sign_in(badge)
    assert given.claims["sub"] == badge.profile.user_id
    checks.userinfo(party, given)


def test_oidcc_server_client_secret_post(make_party, badge):
    assert make_party("client_secret_post").sign_in(badge).claims["sub"] == badge.profile.user_id


def test_oidcc_alternate_happy_flow(party, badge):
    """Another nonce, a longer state, the parameters in another order, and a second code for the same person."""
    first = party.sign_in(
        badge, scope="profile openid", state=secrets.token_urlsafe(96), nonce=secrets.token_urlsafe(96)
    )
    asked = dict(reversed(party.question().items()))
    back = party.came_back(party.browser.client.get(f"{party.path('authorization_endpoint')}?{urlencode(asked)}"))
    second = checks.tokens(party, party.redeem(back["code"]))
    assert second.claims["sub"] == first.claims["sub"]
    assert second.access != first.access


def test_oidcc_response_type_missing(party):
    assert party.error(party.ask(response_type=None)) == "invalid_request"


def test_oidcc_idtoken_signature(party, badge):
    header = jwt.get_unverified_header(party.sign_in(badge).id_token)
    assert (header["alg"], bool(header["kid"])) == ("RS256", True)


def test_oidcc_idtoken_unsigned(party):
    assert "none" not in party.about()["id_token_signing_alg_values_supported"]
    assert "none" not in party.row.Signature.values


def test_oidcc_userinfo_get(party, badge):
    told = checks.userinfo(party, party.sign_in(badge, scope="openid email"))
    assert told["email"] == badge.profile.email


def test_oidcc_userinfo_post_header(party, badge):
    given = party.sign_in(badge)
    answer = party.line.post(party.path("userinfo_endpoint"), headers={"Authorization": f"Bearer {given.access}"})
    assert (answer.status_code, answer.json()["sub"]) == (200, given.claims["sub"])


def test_oidcc_userinfo_post_body(party, badge):
    given = party.sign_in(badge)
    body = urlencode({"access_token": given.access})
    answer = party.line.post(party.path("userinfo_endpoint"), body, "application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["sub"]) == (200, given.claims["sub"])


def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(party, badge):
    assert "nonce" not in party.sign_in(badge, nonce=None).claims


def test_oidcc_scope_profile(party, badge):
    told = checks.userinfo(party, party.sign_in(badge, scope="openid profile"))
    assert set(told) >= PROFILE
    assert "email" not in told


def test_oidcc_scope_email(party, badge):
    told = checks.userinfo(party, party.sign_in(badge, scope="openid email"))
    assert told["email"] == badge.profile.email
    assert not PROFILE & set(told)


def test_oidcc_scope_address(party, badge):
    assert "address" not in checks.userinfo(party, party.sign_in(badge, scope="openid address"))


def test_oidcc_scope_phone(party, badge):
    assert "phone_number" not in checks.userinfo(party, party.sign_in(badge, scope="openid phone"))


def test_oidcc_scope_all(party, badge):
    told = checks.userinfo(party, party.sign_in(badge, scope="openid profile email address phone"))
    assert set(told) >= PROFILE | {"email"}


def test_oidcc_display_page(party, badge):
    party.sign_in(badge, display="page")


def test_oidcc_display_popup(party, badge):
    party.sign_in(badge, display="popup")


def test_oidcc_prompt_login(party, badge):
    first = party.sign_in(badge)
    a_second_ago()
    assert party.follow(party.ask(prompt="login")).status_code == 200  # a page, not a code
    second = party.sign_in(badge, prompt="login")
    assert second.claims["sub"] == first.claims["sub"]
    assert second.claims["auth_time"] > first.claims["auth_time"] - 2


def test_oidcc_prompt_none_not_logged_in(party):
    assert party.error(party.ask(prompt="none")) == "login_required"


def test_oidcc_prompt_none_logged_in(party, badge):
    first = party.sign_in(badge)
    second = party.sign_in(prompt="none")
    assert [second.claims[name] for name in ("sub", "auth_time")] == [
        first.claims[name] for name in ("sub", "auth_time")
    ]


def test_oidcc_max_age_1(party, badge):
    party.sign_in(badge)
    a_second_ago()
    assert party.follow(party.ask(max_age=1)).status_code == 200
    newest = SignIn.objects.latest("at").at
    assert party.sign_in(badge, max_age=1).claims["auth_time"] > newest.timestamp()


def test_oidcc_max_age_10000(party, badge):
    first = party.sign_in(badge)
    second = party.sign_in(max_age=10000)
    assert second.claims["auth_time"] == first.claims["auth_time"]


def test_oidcc_ensure_request_with_unknown_parameter_succeeds(party, badge):
    party.sign_in(badge, extra="foobar")


def test_oidcc_id_token_hint(party, badge):
    first = party.sign_in(badge)
    assert party.sign_in(prompt="none", id_token_hint=first.id_token).claims["sub"] == first.claims["sub"]


def test_oidcc_login_hint(party, badge):
    party.sign_in(badge, login_hint=badge.profile.email)


def test_oidcc_ui_locales(party, badge):
    party.sign_in(badge, ui_locales="se")


def test_oidcc_claims_locales(party, badge):
    party.sign_in(badge, claims_locales="se")


def test_oidcc_ensure_request_with_acr_values_succeeds(party, badge):
    for asked in ("AAL2_ANY", KINDS[badge.kind].sign_in.acr):
        assert party.sign_in(badge, acr_values=asked, prompt="login").claims["acr"] == asked


def test_oidcc_codereuse(party, badge):
    code = party.code(badge)
    given = checks.tokens(party, party.redeem(code))
    assert checks.refused(party.redeem(code), "invalid_grant")
    assert party.userinfo(given.access).status_code == 401


def test_oidcc_codereuse_30seconds(party, badge):
    code = party.code(badge)
    given = checks.tokens(party, party.redeem(code))
    earlier = timedelta(seconds=30)
    Code.objects.update(
        made_at=timezone.now() - earlier, used_at=timezone.now() - earlier, expires_at=timezone.now() + earlier
    )
    assert checks.refused(party.redeem(code), "invalid_grant")
    assert party.userinfo(given.access).status_code == 401
    assert not Token.objects.filter(revoked_at=None).exists()


def test_oidcc_ensure_registered_redirect_uri(party):
    assert checks.page(party.ask(redirect_uri="https://party.example.org/callback/other"), "redirect")


def test_oidcc_ensure_post_request_succeeds(party, badge):
    answer = party.browser.client.post(party.path("authorization_endpoint"), party.question())
    back = party.came_back(party.follow(answer, badge))
    checks.tokens(party, party.redeem(back["code"]))


def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(party):
    assert party.about()["request_uri_parameter_supported"] is False
    assert party.error(party.ask(request_uri="https://party.example.org/object")) == "request_uri_not_supported"


def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(party):
    assert party.about()["request_parameter_supported"] is False
    assert party.error(party.ask(request=request_object(party))) == "request_not_supported"


def test_oidcc_ensure_request_object_with_redirect_uri(party):
    """What an object says of the address counts nothing: the error goes to that of the request itself, or nowhere."""
    signed = jwt.encode(party.question(redirect_uri="https://elsewhere.example/"), "k" * 32, algorithm="HS256")
    assert party.error(party.ask(request=signed)) == "request_not_supported"
    assert checks.page(party.ask(request=signed, redirect_uri="https://elsewhere.example/"), "redirect")


def test_oidcc_claims_essential(party, badge):
    assert party.about()["claims_parameter_supported"] is False
    party.sign_in(badge, claims='{"userinfo": {"name": {"essential": true}}}')


def test_oidcc_refresh_token(party, badge):
    """None is given, whatever is asked, and none is taken."""
    assert "refresh_token" not in party.about()["grant_types_supported"]
    party.sign_in(badge, scope="openid offline_access", prompt="login")
    answer = party.post("token_endpoint", {"grant_type": "refresh_token", "refresh_token": "any"})
    assert checks.refused(answer, "unsupported_grant_type")


def test_oidcc_ensure_request_with_valid_pkce_succeeds(party, badge):
    verifier = secrets.token_urlsafe(48)
    code = party.code(badge, code_challenge=challenge(verifier), code_challenge_method="S256")
    checks.tokens(party, party.redeem(code, code_verifier=verifier))


def test_two_people_of_one_browser_have_a_subject_each(party, badge, make_person):
    """The suite's rule of subjects: one's own is the same for every party, and nobody else's."""
    other = Party(*[party.row, party.secret])
    assert other.sign_in(badge).claims["sub"] == party.sign_in(badge).claims["sub"]
    assert (
        party.sign_in(kinds.way(badge.kind).stored(make_person()), prompt="login").claims["sub"]
        != badge.profile.user_id
    )
