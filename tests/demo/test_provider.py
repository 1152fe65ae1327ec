"""The stand-in NHS.net sign-in holds its client to the protocol. `tests/contract` says where others do the same."""

import subprocess
import sys
from pathlib import Path

import pytest
import requests

from demo.provider_accounts import ACCOUNTS
from demo.provider_http import AUTHORITY

IMPORT = "import django; django.setup(); import demo.{}"


def test_the_page_says_what_it_is_and_offers_every_account(portal):
    page = requests.get(portal.begin()["auth_uri"], timeout=60)
    assert "this is not NHS.net Connect" in page.text
    assert [account.key for account in ACCOUNTS if f'value="{account.key}"' not in page.text] == []
    assert "<script" not in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_keys_rotate_on_demand(portal, provider):
    before = set(provider.keys.pairs)
    assert portal.http.get(f"{AUTHORITY}/control/rotate", timeout=60).status_code == 204
    assert not before & set(provider.keys.pairs)
    assert portal.read(portal.sign_in("works")["id_token"])


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
def test_a_request_that_is_not_whole_goes_back_with_its_error(portal, changes, error):
    back = portal.came_back(portal.ask(**changes))
    assert (back["error"], back["iss"]) == (error, portal.issuer)
    assert back["state"]


def test_a_request_without_state_goes_back_without_one(portal):
    assert "state" not in portal.came_back(portal.ask(state=None))


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "another"},
        {"redirect_uri": "http://localhost/callback"},
        {"redirect_uri": "http://localhost/callback/?a=b"},
        {"redirect_uri": None},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_the_clients(portal, changes):
    refused = portal.ask(**changes)
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
def test_a_code_is_redeemed_by_whom_it_was_made_for(portal, changes, status, error):
    done = portal.redeem(changes=changes)
    assert (done.status_code, done.json().get("error")) == (status, error)


def test_a_code_works_once_even_where_its_first_use_fails(portal):
    flow = portal.begin()
    code = portal.choose(flow, "works")["code"]
    assert portal.redeem(changes={"code": code}).json()["error"] == "invalid_grant"  # with the verifier of another flow
    assert (
        portal.redeem(changes={"code": code, "code_verifier": flow["code_verifier"]}).json()["error"] == "invalid_grant"
    )


def test_what_it_was_asked_is_counted(portal, provider):
    before = provider.seen[f"/{portal.tenant}/discovery/v2.0/keys"]
    portal.read(portal.sign_in("works")["id_token"])
    assert provider.seen[f"/{portal.tenant}/discovery/v2.0/keys"] == before + 1


def test_only_its_own_name_leads_there(portal):
    assert portal.http.get_adapter("https://login.microsoftonline.com/").__class__ is requests.adapters.HTTPAdapter
    assert portal.http.get_adapter("https://login.nhsnet.example.org/").__class__ is requests.adapters.HTTPAdapter
    assert not portal.http.trust_env


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
