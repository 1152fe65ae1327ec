"""Introspection and revocation: for the client itself, of its own tokens."""

from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client as Browser

from provider import access, codes
from provider.requests import Asked
from tests.provider.relying import FORM, METHODS


@pytest.fixture
def token_for(here):
    def give(rp):
        asked = Asked(client_id=rp.row.client_id, redirect_uri=rp.redirect_uri, scopes=("openid", "profile"))
        code = codes.issue(client=rp.row, sign_in=here.session_row.newest, asked=asked, acr="AAL2_ANY", role="")
        return codes.redeem(client=rp.row, code=code, redirect_uri=rp.redirect_uri, verifier="").access_token

    return give


def send(rp, path, **fields):
    form, headers = rp.credentials()
    return Browser().post(f"{settings.ISSUER_PATH}{path}", urlencode(form | fields), content_type=FORM, headers=headers)


@pytest.mark.parametrize("method", [method for method in METHODS if method != "none"])
def test_a_client_is_told_what_its_token_is_good_for(relying, token_for, here, person, method):
    rp = relying(method)
    answer = send(rp, "/introspect", token=token_for(rp), token_type_hint="access_token")
    told, made = answer.json(), here.session_row.newest
    assert told.pop("exp") - told.pop("iat") == 600
    assert told == {
        "active": True,
        "iss": settings.ISSUER,
        "sub": person.user_id,
        "client_id": rp.row.client_id,
        "scope": "openid profile",
        "token_type": "Bearer",
        "acr": "AAL2_ANY",
        "auth_time": int(made.at.timestamp()),
        "sid": str(here.session_row.pk),
    }
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")


def test_of_another_clients_token_and_of_none_it_is_told_that_they_are_not_active(rp, relying, token_for):
    other = relying()
    for token in (token_for(other), "x", "é" * 400, "a" * 90_000):
        answer = send(rp, "/introspect", token=token)
        assert (answer.status_code, answer.json()) == (200, {"active": False})


def test_without_credentials_nobody_is_told_and_a_client_that_has_none_is_not_either(rp, relying, token_for):
    token, public = token_for(rp), relying("none")
    bare = Browser().post(f"{settings.ISSUER_PATH}/introspect", urlencode({"token": token}), content_type=FORM)
    for answer in (bare, send(public, "/introspect", token=token_for(public))):
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("method", METHODS)
def test_a_client_ends_its_token_once_and_for_all(relying, token_for, method):
    rp = relying(method)
    token = token_for(rp)
    for _ in range(2):
        answer = send(rp, "/token/revoke", token=token)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["Cache-Control"] == "no-store"
    assert access.found(token) is None


def test_it_ends_nobody_elses_and_is_not_told_whose_it_is(rp, relying, token_for):
    other = token_for(relying())
    for token in (other, "x"):
        answer = send(rp, "/token/revoke", token=token, token_type_hint="refresh_token")
        assert (answer.status_code, answer.content) == (200, b"")
    assert access.found(other)


@pytest.mark.parametrize("path", ["/introspect", "/token/revoke"])
def test_what_is_missing_is_said(rp, path):
    answer = send(rp, path)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert answer.json()["error_description"] == "token is missing"
