"""Userinfo: what each scope tells of a person, and to whom."""

from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from careid.people.roles import Role
from provider import access, codes
from provider.requests import Asked
from tests.provider.relying import FORM

PATH = f"{settings.ISSUER_PATH}/userinfo"


@pytest.fixture
def token_for(rp, here):
    """An access token of these scopes, of whoever is here."""

    def give(*scopes, role=""):
        asked = Asked(client_id=rp.row.client_id, redirect_uri=rp.redirect_uri, scopes=("openid", *scopes))
        code = codes.issue(client=rp.row, sign_in=here.session_row.newest, asked=asked, acr="AAL2_ANY", role=role)
        return codes.redeem(client=rp.row, code=code, redirect_uri=rp.redirect_uri, verifier="").access_token

    return give


def get(token, scheme="Bearer"):
    return Browser().get(PATH, headers={"Authorization": f"{scheme} {token}"})


def post(body, *, content_type=FORM, headers=None):
    return Browser().post(PATH, urlencode(body), content_type=content_type, headers=headers or {})


def role(person, serial, **fields):
    usual = {"person_orgid": f"org{serial}", "org_code": "RX1", "role_code": "S0010:G0020:R8000", "role_name": "Nurse"}
    return Role.objects.create(profile=person, person_roleid=f"role{serial}", **usual | fields)


def test_openid_alone_tells_who_it_is_and_no_more(token_for, person):
    assert get(token_for()).json() == {"sub": person.user_id}


def test_each_scope_tells_what_services_read_of_it(token_for, person):
    assert get(token_for("profile")).json() == {
        "sub": person.user_id,
        "uid": person.user_id,
        "name": "SAMPLE Ama",
        "given_name": "Ama",
        "family_name": "Sample",
    }
    assert get(token_for("email")).json() == {"sub": person.user_id, "email": person.email}
    assert get(token_for("nhsperson")).json() == {
        "sub": person.user_id,
        "nhsid_useruid": person.user_id,
        "display_name": "Ama Sample",
        "idassurancelevel": "3",
    }


def test_who_has_no_address_is_told_without_one(token_for, person):
    token = token_for("email")
    person.email = None
    person.save()
    assert get(token).json() == {"sub": person.user_id}


def test_roles_and_organisations_are_lists_an_empty_one_too(token_for, person):
    told = get(token_for("nationalrbacaccess", "associatedorgs")).json()
    assert told["nhsid_nrbac_roles"] == []
    assert told["nhsid_user_orgs"] == [{"org_name": "Riverside Community Trust", "org_code": "RX1"}]
    role(person, 1, activities=["Look"], activity_codes=["B1"])
    told = get(token_for("nationalrbacaccess", role="role1")).json()
    [one] = told["nhsid_nrbac_roles"]
    assert (one["person_roleid"], one["activities"]) == ("role1", ["Look"])
    assert told["selected_roleid"] == "role1"
    assert "nhsid_user_orgs" not in told


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer  "])
def test_the_scheme_may_be_written_in_any_case(token_for, scheme):
    assert get(token_for(), scheme).status_code == 200


def test_a_token_is_taken_from_the_header_of_a_get_or_a_post_or_from_a_posted_form(token_for, person):
    token = token_for()
    for answer in (
        get(token),
        post({}, headers={"Authorization": f"Bearer {token}"}),
        post({"x": "1"}, content_type="application/json", headers={"Authorization": f"Bearer {token}"}),
        post({"access_token": token}),
    ):
        assert answer.json() == {"sub": person.user_id}
        assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
        assert not answer.cookies


def test_a_token_in_the_address_or_in_two_ways_is_refused(token_for):
    token = token_for()
    header = {"Authorization": f"Bearer {token}"}
    for answer in (
        Browser().get(f"{PATH}?access_token={token}"),
        Browser().get(f"{PATH}?access_token={token}", headers=header),
        post({"access_token": token}, headers=header),
        post([("access_token", token), ("access_token", token)]),
        Browser().post(PATH, b"\xff=%00", content_type=FORM),
    ):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_request"'
        assert answer.headers["Cache-Control"] == "no-store"
        assert token not in answer.content.decode()


@pytest.mark.parametrize("token", ["x", "a" * 43, "é", "a b", "\xff" * 500, '"', "a" * 10_000])
def test_a_token_that_is_none_is_told_as_such(db, token):
    answer = get(token)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}, {"Authorization": ""}]
)
def test_who_shows_no_token_is_told_of_no_error(db, headers):
    answer = Browser().get(PATH, headers=headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_revoked_token_tells_nothing(token_for, rp):
    token = token_for("profile")
    access.revoke(client=rp.row, token=token)
    assert get(token).status_code == 401


def test_nobody_is_told_by_a_cookie(here):
    assert here.get(PATH).status_code == 401


def test_other_methods_are_refused(db, settings):
    assert Browser().put(PATH).status_code == 405
    settings.SIGNING_KEYS = ""
    assert get("x").status_code == 404


def test_it_takes_one_statement_and_another_for_roles(token_for, person):
    for serial in range(8):
        role(person, serial)
    for scopes, most in {("profile", "email", "nhsperson"): 1, ("nationalrbacaccess", "associatedorgs"): 2}.items():
        token = token_for(*scopes)
        get(token)
        with CaptureQueriesContext(connection) as asked:
            assert get(token).status_code == 200
        assert len(asked) == most
