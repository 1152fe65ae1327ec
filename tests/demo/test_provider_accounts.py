"""Each account of the stand-in sign-in does what it says, and nothing else is wrong with it."""

import time

import jwt
import pytest
import requests

from demo import provider_faults
from demo.provider_accounts import ACCOUNTS, BY_KEY, OTHER_TENANT


def test_msal_signs_in_and_the_token_is_whole(portal):
    claims = portal.read(portal.sign_in("works")["id_token"])
    assert claims["email"] == claims["preferred_username"] == "amina.okafor@northfield.example.org"
    assert (claims["ver"], claims["tid"], claims["acct"], claims["amr"]) == ("2.0", portal.tenant, 0, ["pwd", "mfa"])
    assert claims["oid"] == BY_KEY["works"].oid


def test_nobody_there_is_real():
    assert [account.key for account in ACCOUNTS if not account.address.endswith(".example.org")] == []
    assert len({account.oid for account in ACCOUNTS}) == len(ACCOUNTS)


@pytest.mark.parametrize("account", [account for account in ACCOUNTS if account.error], ids=lambda account: account.key)
def test_an_error_comes_back_with_state_and_issuer(portal, account):
    flow = portal.begin()
    back = portal.choose(flow, account.key)
    assert (back["error"], back["state"], back["iss"]) == (account.error[0], flow["state"], portal.issuer)
    assert "code" not in back


@pytest.mark.parametrize(("account", "otherwise"), [("state", "state"), ("mix-up", "iss"), ("injected", "code")])
def test_what_comes_back_is_otherwise_for_those_who_say_so(portal, account, otherwise):
    flow = portal.begin()
    back, honest = portal.choose(flow, account), {"state": flow["state"], "iss": portal.issuer}
    assert back[otherwise] == BY_KEY[account].back[otherwise]
    assert [name for name in honest if name != otherwise and back[name] != honest[name]] == []


@pytest.mark.parametrize(
    ("account", "problem"),
    [
        ("expired", jwt.ExpiredSignatureError),
        ("clock", jwt.ImmatureSignatureError),
        ("audience", jwt.InvalidAudienceError),
        ("issuer", jwt.InvalidIssuerError),
        ("tenant", jwt.InvalidIssuerError),
        ("key", KeyError),
        ("forged", jwt.InvalidSignatureError),
        ("unsigned", jwt.InvalidAlgorithmError),
        ("hs256", jwt.InvalidAlgorithmError),
    ],
)
def test_a_bad_token_is_bad_in_one_way_and_msal_lets_it_pass(portal, account, problem):
    with pytest.raises(problem):
        portal.read(portal.sign_in(account)["id_token"])


def test_a_token_signed_with_the_public_key_names_a_key_that_is_published(portal, provider):
    token = portal.sign_in("hs256")["id_token"]
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    assert jwt.get_unverified_header(token)["kid"] in provider.keys.pairs


@pytest.mark.parametrize(
    ("account", "claim", "value"),
    [("no-oid", "oid", None), ("guest", "acct", 1), ("no-mfa", "amr", ["pwd"]), ("nameless", "email", None)],
)
def test_a_good_token_can_still_be_nobodys_to_link(portal, account, claim, value):
    assert portal.read(portal.sign_in(account)["id_token"]).get(claim) == value


def test_the_other_tenants_token_has_the_same_email(portal):
    claims = jwt.decode(portal.sign_in("tenant")["id_token"], options={"verify_signature": False})
    assert claims["iss"] == portal.issuer.replace(portal.tenant, OTHER_TENANT)
    assert (claims["tid"], claims["email"]) == (OTHER_TENANT, BY_KEY["works"].address)


@pytest.mark.parametrize("account", ["nonce", "no-nonce"])
def test_msal_refuses_a_token_for_another_sign_in(portal, account):
    with pytest.raises(RuntimeError):
        portal.sign_in(account)


@pytest.mark.parametrize("account", ["late", "injected"])
def test_a_code_that_is_not_good_gives_no_token(portal, account):
    assert portal.sign_in(account)["error"] == "invalid_grant"


def test_an_account_changes_the_keys_on_its_way(portal, provider):
    before = set(provider.keys.pairs)
    assert jwt.get_unverified_header(token := portal.sign_in("rotated")["id_token"])["kid"] not in before
    assert portal.read(token)


def test_bad_answers_are_bad(portal):
    assert portal.redeem("error").status_code == 503
    assert "captive portal" in portal.redeem("garbage").text
    assert portal.redeem("redirect").headers["Location"] == "http://169.254.169.254/"
    assert len(portal.redeem("huge").content) == provider_faults.HUGE
    with pytest.raises(requests.Timeout):
        portal.redeem("slow", timeout=0.2)


def test_a_dripping_answer_passes_a_timeout_between_its_bytes(portal):
    begun = time.monotonic()
    dripping = portal.redeem("drip", timeout=2, stream=True)
    assert list(zip(range(6), dripping.iter_content(1), strict=False))
    assert time.monotonic() - begun > 2.1
    dripping.close()
