"""The token endpoint over HTTP: what it gives, what it refuses and in which words, and that it never breaks."""

import base64
import json
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from provider import access, codes, pkce
from provider.models import Token
from provider.requests import Asked
from tests.provider.relying import FORM, METHODS


@pytest.fixture
def code_for(here):
    def give(rp, **asked):
        usual = {"client_id": rp.row.client_id, "redirect_uri": rp.redirect_uri, "scopes": ("openid", "profile")}
        asked = Asked(**usual | {"code_challenge": pkce.of(rp.verifier)} | asked)
        return codes.issue(client=rp.row, sign_in=here.session_row.newest, asked=asked, acr="AAL2_ANY", role="")

    return give


def send(rp, body, *, path="/access_token", content_type=FORM, headers=None):
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else urlencode(body)).encode()
    path = f"{settings.ISSUER_PATH}{path}"
    return Browser().generic("POST", path, data, content_type=content_type, headers=headers or {})


def whole(rp, code):
    """Every field of a good request."""
    form, headers = rp.credentials()
    right = {"grant_type": "authorization_code", "code": code, "redirect_uri": rp.redirect_uri}
    return {**right, "code_verifier": rp.verifier, **form}, headers


@pytest.mark.parametrize("method", METHODS)
def test_each_sort_of_client_gets_its_tokens(relying, code_for, method):
    rp = relying(method)
    form, headers = whole(rp, code_for(rp))
    answer = send(rp, form, headers=headers)
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert set(told) == {"access_token", "token_type", "expires_in", "scope", "id_token"}
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 600, "openid profile")
    assert access.found(told["access_token"])
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    assert answer.headers["Content-Type"] == "application/json"
    assert not answer.cookies


def fails(answer, status, error, description=None):
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.content
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"
    assert description is None or answer.json()["error_description"] == description
    assert answer.json()["error_description"].isascii()


@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_parameter_that_is_missing_or_empty_is_an_invalid_request(rp, code_for, name, value):
    form, _ = whole(rp, code_for(rp))
    del form[name]
    fails(send(rp, form | ({} if value is None else {name: value})), 400, "invalid_request", f"{name} is missing")


@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri", "code_verifier", "client_id", "other"])
def test_a_parameter_that_comes_twice_is_an_invalid_request_and_leaves_the_code(rp, code_for, name):
    form, _ = whole(rp, code_for(rp))
    again = [*form.items(), (name, form.get(name, "x")), (name, "")]
    fails(send(rp, again), 400, "invalid_request", "a parameter is given twice")
    assert send(rp, form).status_code == 200


@pytest.mark.parametrize("grant", ["refresh_token", "client_credentials", "password", "implicit", "x" * 5_000, "é"])
def test_any_other_grant_is_unsupported(rp, code_for, grant):
    form, _ = whole(rp, code_for(rp))
    fails(send(rp, form | {"grant_type": grant}), 400, "unsupported_grant_type")


def test_a_bad_code_is_an_invalid_grant_and_one_that_comes_again_too(rp, code_for):
    form, _ = whole(rp, code_for(rp))
    fails(send(rp, form | {"code": "x"}), 400, "invalid_grant")
    token = send(rp, form).json()["access_token"]
    fails(send(rp, form), 400, "invalid_grant")
    assert access.found(token) is None


def test_a_client_that_does_not_prove_who_it_is_gets_nothing_and_the_code_is_left(rp, code_for):
    form, _ = whole(rp, code_for(rp))
    fails(send(rp, form | {"client_secret": "wrong"}), 401, "invalid_client")
    fails(send(rp, {name: value for name, value in form.items() if name != "client_secret"}), 401, "invalid_client")
    assert send(rp, form).status_code == 200


def test_one_that_used_the_header_is_told_so_in_a_header(relying, code_for):
    rp = relying("client_secret_basic")
    form, _ = whole(rp, code_for(rp))
    wrong = base64.b64encode(f"{rp.row.client_id}:wrong".encode()).decode()
    answer = send(rp, form, headers={"Authorization": f"Basic {wrong}"})
    fails(answer, 401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_a_bad_assertion_is_told_in_the_words_that_clients_look_for(relying, code_for):
    rp = relying("private_key_jwt")
    form, _ = whole(rp, code_for(rp))
    fails(send(rp, form | {"client_assertion": "x.y.z"}), 401, "invalid_client", "JWT is not valid")
    assert send(rp, form).status_code == 200
    fails(send(rp, form), 401, "invalid_client", "JWT is not valid")  # the same one again


def test_a_client_that_is_switched_off_gets_nothing(rp, code_for):
    form, _ = whole(rp, code_for(rp))
    rp.row.is_on = False
    rp.row.save()
    fails(send(rp, form), 401, "invalid_client")


ODD = {
    "JSON": (json.dumps({"grant_type": "authorization_code"}), "application/json"),
    "no type": ("grant_type=authorization_code", ""),
    "another charset": ("grant_type=authorization_code", f"{FORM}; charset=utf-16"),
    "a charset that is none": (b"\xff", f"{FORM}; charset=\xe9\xe9"),
    "many parts": ("--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
    "parts without a boundary": ("x", "multipart/form-data"),
    "no text": (b"\xff\xfe=\xff", FORM),
    "no text, written out": ("grant_type=%ff%fe", FORM),
    "a NUL": ("grant_type=%00", FORM),
    "a NUL in a name": ("%00=1&grant_type=a%00", FORM),
    "many": ("&".join(f"a{n}=1" for n in range(200)), FORM),
    "nothing": ("", FORM),
    "signs": ("&&&===;;;", FORM),
    "long": ("grant_type=" + "x" * 90_000, FORM),
}


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("path", ["/access_token", "/introspect", "/token/revoke"])
def test_what_is_no_form_is_an_error_in_json_and_never_a_fault_of_ours(rp, what, path):
    body, content_type = ODD[what]
    answer = send(rp, body, path=path, content_type=content_type)
    assert answer.status_code in {400, 401}
    assert answer.json()["error"] in {"invalid_request", "invalid_client"}


def test_a_body_that_is_too_large_is_refused(rp):
    assert send(rp, "a=" + "x" * 100_001).status_code == 413


@pytest.mark.parametrize("path", ["/access_token", "/introspect", "/token/revoke"])
def test_these_endpoints_take_nothing_but_a_post(rp, path):
    answer = Browser().get(f"{settings.ISSUER_PATH}{path}?grant_type=authorization_code")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_a_post_of_another_site_needs_no_token_of_a_form(rp, code_for):
    form, headers = whole(rp, code_for(rp))
    browser = Browser(enforce_csrf_checks=True)
    path = f"{settings.ISSUER_PATH}/access_token"
    answer = browser.post(path, urlencode(form), content_type=FORM, headers=headers | {"Origin": "https://x.example"})
    assert answer.status_code == 200


def test_without_a_key_to_sign_with_there_is_no_such_endpoint(rp, settings):
    settings.SIGNING_KEYS = ""
    for path in ("/access_token", "/introspect", "/token/revoke"):
        assert send(rp, {}, path=path).status_code == 404


def test_a_code_costs_as_many_statements_however_the_client_proves_itself(relying, code_for):
    for method, most in {"client_secret_post": 3, "client_secret_basic": 3, "none": 3, "private_key_jwt": 4}.items():
        rp = relying(method)
        send(rp, whole(rp, code_for(rp))[0])
        form, headers = whole(rp, code_for(rp))
        with CaptureQueriesContext(connection) as asked:
            assert send(rp, form, headers=headers).status_code == 200
        assert len([one for one in asked if one["sql"] not in {"BEGIN", "COMMIT"}]) == most, method


def test_nothing_of_a_refused_request_is_written_down(rp, code_for, caplog):
    form, _ = whole(rp, code_for(rp))
    caplog.set_level("DEBUG")
    for changed in ({"code_verifier": "w" * 43}, {"client_secret": "a secret"}, {"grant_type": "odd"}):
        send(rp, form | changed)
    for secret in (form["code"], rp.secret, rp.verifier, "a secret", "w" * 43):
        assert secret not in caplog.text
    assert not Token.objects.exists()
