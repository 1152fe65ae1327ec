"""The stand-in NHS.net sign-in, by msal and PyJWT as production uses them, and by hand where it must refuse."""

import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import msal
import pytest
import requests

from careid.demo import provider_faults
from careid.demo.provider import Provider
from careid.demo.provider_accounts import ACCOUNTS, BY_KEY, OTHER_TENANT
from careid.demo.provider_http import AUTHORITY, session
from careid.demo.provider_rules import Client
from careid.demo.provider_server import running

TENANT = "6c3b1c9e-0000-4000-8000-000000000001"
CLIENT = Client("6c3b1c9e-0000-4000-8000-000000000002", "a made-up secret", "http://localhost/callback/")
ISSUER = f"{AUTHORITY}/{TENANT}/v2.0"
TOKEN = f"{AUTHORITY}/{TENANT}/oauth2/v2.0/token"
IMPORT = "import django; django.setup(); import careid.demo.{}"


@pytest.fixture(scope="module")
def provider():
    with running(Provider(tenant=TENANT, client=CLIENT)) as provider:
        yield provider


@pytest.fixture(scope="module")
def http(provider):
    with session(provider.port) as http:
        yield http


@pytest.fixture(scope="module")
def app(http):
    return msal.ConfidentialClientApplication(
        CLIENT.id,
        client_credential=CLIENT.secret,
        authority=f"{AUTHORITY}/{TENANT}",
        instance_discovery=False,
        http_client=http,
    )


def begin(app):
    return app.initiate_auth_code_flow([], redirect_uri=CLIENT.redirect_uri, response_mode="query", prompt="login")


def answer(response):
    """What the browser brings back to the portal."""
    assert response.status_code == 303
    assert response.headers["Location"].startswith(f"{CLIENT.redirect_uri}?")
    return dict(parse_qsl(urlsplit(response.headers["Location"]).query))


def choose(flow, account):
    return answer(requests.post(flow["auth_uri"], {"account": account}, timeout=5, allow_redirects=False))


def sign_in(app, account):
    flow = begin(app)
    return app.acquire_token_by_auth_code_flow(flow, choose(flow, account))


def read(http, token):
    published = jwt.PyJWKSet.from_dict(http.get(f"{AUTHORITY}/{TENANT}/discovery/v2.0/keys", timeout=5).json())
    header = jwt.get_unverified_header(token)
    return jwt.decode(token, published[header["kid"]], algorithms=["RS256"], audience=CLIENT.id, issuer=ISSUER)


def ask(app, **changes):
    """The sign-in page's address with one thing otherwise; None leaves it out."""
    address = urlsplit(begin(app)["auth_uri"])
    asked = {name: word for name, word in (dict(parse_qsl(address.query)) | changes).items() if word is not None}
    return requests.get(address._replace(query=urlencode(asked)).geturl(), timeout=5, allow_redirects=False)


def redeem(app, http, account="works", changes=(), timeout=5, **options):
    """By hand: a code of this account's with one thing otherwise; None leaves it out."""
    flow = begin(app)
    asked = {
        "grant_type": "authorization_code",
        "code": choose(flow, account)["code"],
        "redirect_uri": CLIENT.redirect_uri,
        "code_verifier": flow["code_verifier"],
        "client_id": CLIENT.id,
        "client_secret": CLIENT.secret,
        **dict(changes),
    }
    given = {name: word for name, word in asked.items() if word is not None}
    return http.post(TOKEN, given, timeout=timeout, allow_redirects=False, **options)


def test_msal_signs_in_and_the_token_is_whole(app, http):
    claims = read(http, sign_in(app, "works")["id_token"])
    assert claims["email"] == claims["preferred_username"] == "amina.okafor@northfield.example.org"
    assert (claims["ver"], claims["tid"], claims["acct"], claims["amr"]) == ("2.0", TENANT, 0, ["pwd", "mfa"])
    assert claims["oid"] == BY_KEY["works"].oid


def test_the_page_says_what_it_is_and_offers_every_account(app):
    page = requests.get(begin(app)["auth_uri"], timeout=5)
    assert "this is not NHS.net Connect" in page.text
    assert [account.key for account in ACCOUNTS if f'value="{account.key}"' not in page.text] == []
    assert "<script" not in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_nobody_there_is_real():
    assert [account.key for account in ACCOUNTS if not account.address.endswith(".example.org")] == []
    assert len({account.oid for account in ACCOUNTS}) == len(ACCOUNTS)


@pytest.mark.parametrize("account", [account for account in ACCOUNTS if account.error], ids=lambda account: account.key)
def test_an_error_comes_back_with_state_and_issuer(app, account):
    flow = begin(app)
    back = choose(flow, account.key)
    assert (back["error"], back["state"], back["iss"]) == (account.error[0], flow["state"], ISSUER)
    assert "code" not in back


@pytest.mark.parametrize(("account", "otherwise"), [("state", "state"), ("mix-up", "iss"), ("injected", "code")])
def test_what_comes_back_is_otherwise_for_those_who_say_so(app, account, otherwise):
    flow = begin(app)
    back, honest = choose(flow, account), {"state": flow["state"], "iss": ISSUER}
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
def test_a_bad_token_is_bad_in_one_way_and_msal_lets_it_pass(app, http, account, problem):
    with pytest.raises(problem):
        read(http, sign_in(app, account)["id_token"])


def test_a_token_signed_with_the_public_key_names_a_key_that_is_published(app, provider):
    token = sign_in(app, "hs256")["id_token"]
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    assert jwt.get_unverified_header(token)["kid"] in provider.keys.pairs


@pytest.mark.parametrize(
    ("account", "claim", "value"),
    [("no-oid", "oid", None), ("guest", "acct", 1), ("no-mfa", "amr", ["pwd"]), ("nameless", "email", None)],
)
def test_a_good_token_can_still_be_nobodys_to_link(app, http, account, claim, value):
    assert read(http, sign_in(app, account)["id_token"]).get(claim) == value


def test_the_other_tenants_token_has_the_same_email(app):
    claims = jwt.decode(sign_in(app, "tenant")["id_token"], options={"verify_signature": False})
    assert claims["iss"] == ISSUER.replace(TENANT, OTHER_TENANT)
    assert (claims["tid"], claims["email"]) == (OTHER_TENANT, BY_KEY["works"].address)


@pytest.mark.parametrize("account", ["nonce", "no-nonce"])
def test_msal_refuses_a_token_for_another_sign_in(app, account):
    with pytest.raises(RuntimeError):
        sign_in(app, account)


@pytest.mark.parametrize("account", ["late", "injected"])
def test_a_code_that_is_not_good_gives_no_token(app, account):
    assert sign_in(app, account)["error"] == "invalid_grant"


def test_keys_rotate_on_demand(app, http, provider):
    before = set(provider.keys.pairs)
    assert http.get(f"{AUTHORITY}/control/rotate", timeout=5).status_code == 204
    assert not before & set(provider.keys.pairs)
    assert read(http, sign_in(app, "works")["id_token"])


def test_an_account_changes_the_keys_on_its_way(app, http, provider):
    before = set(provider.keys.pairs)
    assert jwt.get_unverified_header(token := sign_in(app, "rotated")["id_token"])["kid"] not in before
    assert read(http, token)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"response_mode": "form_post"}, "unsupported_response_mode"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
    ],
)
def test_a_request_that_is_not_whole_goes_back_with_its_error(app, changes, error):
    back = answer(ask(app, **changes))
    assert (back["error"], back["iss"]) == (error, ISSUER)
    assert back["state"]


def test_a_request_without_state_goes_back_without_one(app):
    assert "state" not in answer(ask(app, state=None))


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "another"},
        {"redirect_uri": "http://localhost/callback"},
        {"redirect_uri": "http://localhost/callback/?a=b"},
        {"redirect_uri": None},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_the_clients(app, changes):
    refused = ask(app, **changes)
    assert refused.status_code == 400
    assert "Location" not in refused.headers


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"code_verifier": "a" * 43}, 400, "invalid_grant"),
        ({"code_verifier": None}, 400, "invalid_grant"),
        ({"redirect_uri": "http://localhost/"}, 400, "invalid_grant"),
        ({"code": None}, 400, "invalid_request"),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
        ({}, 200, None),
    ],
)
def test_a_code_is_redeemed_by_whom_it_was_made_for(app, http, changes, status, error):
    done = redeem(app, http, changes=changes)
    assert (done.status_code, done.json().get("error")) == (status, error)


def test_a_code_works_once_even_where_its_first_use_fails(app, http):
    flow = begin(app)
    code = choose(flow, "works")["code"]
    assert (
        redeem(app, http, changes={"code": code}).json()["error"] == "invalid_grant"
    )  # with the verifier of another flow
    assert (
        redeem(app, http, changes={"code": code, "code_verifier": flow["code_verifier"]}).json()["error"]
        == "invalid_grant"
    )


def test_bad_answers_are_bad(app, http):
    assert redeem(app, http, "error").status_code == 503
    assert "captive portal" in redeem(app, http, "garbage").text
    assert redeem(app, http, "redirect").headers["Location"] == "http://169.254.169.254/"
    assert len(redeem(app, http, "huge").content) == provider_faults.HUGE
    with pytest.raises(requests.Timeout):
        redeem(app, http, "slow", timeout=0.2)


def test_a_dripping_answer_passes_a_timeout_between_its_bytes(app, http):
    begun = time.monotonic()
    dripping = redeem(app, http, "drip", timeout=0.8, stream=True)
    assert list(zip(range(3), dripping.iter_content(1), strict=False))
    assert time.monotonic() - begun > 0.9
    dripping.close()


def test_what_it_was_asked_is_counted(app, http, provider):
    before = provider.seen[f"/{TENANT}/discovery/v2.0/keys"]
    read(http, sign_in(app, "works")["id_token"])
    assert provider.seen[f"/{TENANT}/discovery/v2.0/keys"] == before + 1


def test_only_its_own_name_leads_there(http):
    assert http.get_adapter("https://login.microsoftonline.com/").__class__ is requests.adapters.HTTPAdapter
    assert http.get_adapter("https://login.nhsnet.example.org/").__class__ is requests.adapters.HTTPAdapter
    assert not http.trust_env


@pytest.mark.parametrize("module", ["provider", "provider_http"])
def test_outside_the_demo_it_cannot_be_imported(module):
    names = {"CAREID_DEMO": "off", "DJANGO_SETTINGS_MODULE": "careid.settings", "DATABASE_URL": "postgres:///nowhere"}
    run = subprocess.run(
        [sys.executable, "-c", IMPORT.format(module)],
        cwd=Path(__file__).parents[2],
        env=names,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "ImportError: the stand-in sign-in is for the demo alone" in run.stderr
