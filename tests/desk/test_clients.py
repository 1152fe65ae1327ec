"""Clients of services at the desk: the rules of the command, a secret that stands in no row, and a fresh factor."""

import json
import re

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client as Browser

from careid.people.services import Service
from careid.trail.models import Event
from provider import clients, registering
from provider.client_rules import Invalid
from provider.registered import Client
from tests.desk.door.admins import signed_in, stale
from tests.provider.assertions import jwk, jwks, pair
from tests.threads import together

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/provider/client/", "/admin/provider/client/add/"
SECRET = re.compile(r'<code class="desk-secret">([\w-]{43})</code>')


@pytest.fixture
def service(db):
    return Service.objects.create(name="Sample Service")


@pytest.fixture
def typed(service):
    def typed(**more):
        usual = {
            "service": service.pk, "client_id": "a-client", "is_on": "on", "redirect_uris": "https://rp.example/back\r\n  https://rp.example/two  \r\n",
            "token_endpoint_auth_method": "client_secret_post", "token_endpoint_auth_signing_alg": "RS512", "needs_pkce": "on",
            "default_acr_values": "AAL2_ANY", "scopes": ["openid", "profile"], "id_token_signed_response_alg": "RS256",
        }  # fmt: skip
        return {name: value for name, value in (usual | more).items() if value is not None}

    return typed


@pytest.fixture
def made(typed, admin_client):
    """A client by a secret, made at the desk, and that secret."""
    page = admin_client.post(ADD, typed()).content.decode()
    return Client.objects.get(), SECRET.search(page)[1]


def page_of(client):
    return f"{LIST}{client.pk}/change/"


def errors(page):
    return {name: str(words[0]) for name, words in page.context["adminform"].form.errors.items()}


def events():
    return [
        (one.actor, one.details["changed"]) for one in Event.objects.filter(name="client.changed").order_by("sequence")
    ]


def everything_kept():
    """Each row of each table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM \"{table}\" t")
            yield cursor.fetchone()[0]
    yield from (str(one.get_decoded()) for one in Session.objects.all())


def test_a_client_is_made_and_its_secret_is_shown_once_and_stands_in_no_row(made, admin_client, admin_user):
    client, secret = made
    assert clients.is_secret(client, secret)
    assert client.redirect_uris == ["https://rp.example/back", "https://rp.example/two"]
    assert events() == [(f"admin:{admin_user.pk}", ["made"])]
    assert not any(secret in kept for kept in everything_kept())
    for address in (LIST, page_of(client), "/admin/"):
        assert secret not in admin_client.get(address).content.decode()


def test_an_algorithm_is_called_by_its_name(admin_client):
    page = admin_client.get(ADD).content.decode()
    assert ">RS512</option>" in page
    assert ">PS256</option>" in page


def test_a_page_that_is_sent_twice_makes_one_client(typed, admin_client):
    offered = admin_client.get(ADD).context["adminform"].form["client_id"].value()
    assert len(offered) == 36
    admin_client.post(ADD, typed(client_id=offered))
    again = admin_client.post(ADD, typed(client_id=offered))
    assert "already" in errors(again)["client_id"]
    assert Client.objects.count() == 1


def test_a_client_with_a_key_needs_no_secret(typed, admin_client):
    keys = json.dumps(jwks(jwk(pair(), kid="a", x5c=["x"])))
    answer = admin_client.post(ADD, typed(token_endpoint_auth_method="private_key_jwt", jwks=keys))
    assert answer.status_code == 302
    assert Client.objects.get().jwks == {
        "keys": [{name: jwk(pair(), kid="a")[name] for name in ("kty", "kid", "n", "e")}]
    }


WRONG = {
    "redirect_uris": ({"redirect_uris": "http://rp.example/back"}, "http://rp.example/back: Begin with https://"),
    "post_logout_redirect_uris": ({"post_logout_redirect_uris": "https://rp.example/#x"}, "Leave out what stands after #"),
    "backchannel_logout_uri": ({"backchannel_logout_uri": "http://rp.example"}, "CAREID_FETCH_INSIDE"),
    "client_id": ({"client_id": "a client"}, "without a space"),
    "needs_pkce": ({"token_endpoint_auth_method": "none", "needs_pkce": None}, "must use PKCE"),
    "default_acr_values": ({"default_acr_values": "AAL9"}, "AAL9: There is no such level"),
    "scopes": ({"scopes": ["everything"]}, "valid choice"),
    "jwks": ({"jwks": '{"keys": [{"d": "x"}]}'}, "private key"),
    "jwks_uri": ({"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "http://rp.example/jwks"}, "CAREID_FETCH_INSIDE"),
    "service": ({"service": ""}, "required"),
}  # fmt: skip


@pytest.mark.parametrize("field", WRONG)
def test_what_is_wrong_stands_beside_its_field(typed, admin_client, field):
    changes, words = WRONG[field]
    page = admin_client.post(ADD, typed(**changes))
    assert words in errors(page)[field]
    assert not Client.objects.exists()


def test_all_that_is_wrong_is_told_at_once(typed, admin_client):
    wrong = {
        "redirect_uris": "",
        "jwks": "{",
        "default_acr_values": "AAL9",
        "backchannel_logout_uri": "http://rp.example",
    }
    page = admin_client.post(ADD, typed(token_endpoint_auth_method="private_key_jwt", **wrong))
    told = errors(page)
    assert told.keys() == wrong.keys()
    assert (told["redirect_uris"], told["jwks"]) == ("This field is required.", "This is no JSON.")


@pytest.mark.parametrize(
    "text",
    ["{", "[" * 60_000, "1" * 9_000, "[]", "NaN", '{"keys": "x"}', '"\\ud800"', "\0", '{"a":' * 900 + "1" + "}" * 900],
)
def test_no_keys_that_are_typed_do_harm(typed, admin_client, text):
    page = admin_client.post(ADD, typed(token_endpoint_auth_method="private_key_jwt", jwks=text))
    assert page.status_code == 200
    assert "jwks" in errors(page)


def test_a_change_is_an_event_that_names_the_fields_and_the_same_again_is_none(made, typed, admin_client, admin_user):
    client, secret = made
    admin_client.post(page_of(client), typed())
    assert len(events()) == 1
    admin_client.post(
        page_of(client), typed(scopes=["openid", "email"], redirect_uris="https://rp.example/new", client_id="another")
    )
    client.refresh_from_db()
    assert (client.client_id, client.scopes, client.redirect_uris) == (
        "a-client",
        ["openid", "email"],
        ["https://rp.example/new"],
    )
    assert events()[1:] == [(f"admin:{admin_user.pk}", ["redirect_uris", "scopes"])]
    assert clients.is_secret(client, secret)


def test_a_client_is_switched_off_and_never_deleted(made, typed, admin_client):
    client, _ = made
    admin_client.post(page_of(client), typed(is_on=None))
    assert clients.found("a-client") is None
    assert admin_client.post(f"{LIST}{client.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in admin_client.get(LIST).content.decode()


def test_an_address_of_keys_is_asked_when_it_is_saved_and_what_is_wrong_is_told(typed, admin_client):
    address = "https://127.0.0.1:1/jwks"
    admin_client.post(ADD, typed(token_endpoint_auth_method="private_key_jwt", jwks_uri=address))
    client = Client.objects.get()
    assert client.fetch_fault == "inside"
    page = admin_client.get(page_of(client)).content.decode()
    assert page.count("CAREID_FETCH_INSIDE does not name it") == 2  # told once, and what stands in the row
    assert "could not be fetched" in admin_client.get(LIST).content.decode()


def test_another_secret_is_shown_once_and_the_same_page_sent_again_makes_none(made, admin_client):
    client, first = made
    address = f"{LIST}{client.pk}/secret/"
    assert address in admin_client.get(page_of(client)).content.decode()
    form = {"stands": re.search(r'name="stands" value="(\w+)"', admin_client.get(address).content.decode())[1]}
    second = SECRET.search(admin_client.post(address, form).content.decode())[1]
    client.refresh_from_db()
    assert clients.is_secret(client, first)
    assert clients.is_secret(client, second)
    assert not any(second in kept for kept in everything_kept())
    again = admin_client.post(address, form, follow=True).content.decode()
    assert "a moment ago" in again
    assert not SECRET.search(again)
    client.refresh_from_db()
    assert clients.is_secret(client, first)
    form = {"stands": bytes(client.secret_hash).hex()[:16], "at_once": "on"}
    third = SECRET.search(admin_client.post(address, form).content.decode())[1]
    client.refresh_from_db()
    assert [clients.is_secret(client, one) for one in (first, second, third)] == [False, False, True]


@pytest.mark.django_db(transaction=True)
def test_of_four_new_secrets_at_once_one_is_made():
    client = Client(service=Service.objects.create(name="x"), client_id="a", token_endpoint_auth_method="client_secret_post", redirect_uris=["https://rp.example"], default_acr_values="AAL2_ANY")  # fmt: skip
    first = registering.add(client=client, by="system")

    def renew():
        try:
            return registering.new_secret(client=client, by="system")
        except Invalid as invalid:
            return invalid.problems[0].reason

    answers = together([renew] * 4)
    [second] = [one for one in answers if one != "meanwhile"]
    row = Client.objects.get()
    assert clients.is_secret(row, first)
    assert clients.is_secret(row, second)


def test_a_client_without_a_secret_has_no_page_of_it(typed, admin_client):
    admin_client.post(ADD, typed(token_endpoint_auth_method="none"))
    client = Client.objects.get()
    assert "/secret/" not in admin_client.get(page_of(client)).content.decode()
    assert admin_client.get(f"{LIST}{client.pk}/secret/").status_code == 404
    assert admin_client.get(f"{LIST}999/secret/").status_code == 404


def test_making_changing_and_a_new_secret_ask_for_the_factor_again(made, typed, admin_client):
    client, _ = made
    stale(admin_client)
    for address in (ADD, page_of(client), f"{LIST}{client.pk}/secret/"):
        assert "/admin/login/second/" in admin_client.get(address).url
        assert "/admin/login/second/" in admin_client.post(address, typed(client_id="another")).url
    assert Client.objects.count() == 1
    assert len(events()) == 1


def test_who_has_not_the_right_sees_none_of_it_and_who_may_look_changes_nothing(made, typed):
    client, _ = made
    user = User.objects.create_user("rita", is_staff=True)
    addresses = (LIST, page_of(client), f"{LIST}{client.pk}/secret/")
    browser = signed_in(Browser(), user)
    assert [browser.get(address).status_code for address in addresses] == [403] * 3
    user.user_permissions.add(Permission.objects.get(codename="view_client"))
    browser = signed_in(Browser(), user)
    assert [browser.get(address).status_code for address in addresses] == [200, 200, 403]
    assert browser.post(page_of(client), typed(is_on=None)).status_code == 403
    assert browser.post(ADD, typed(client_id="another")).status_code == 403
