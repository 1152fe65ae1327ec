"""An app of a browser, whose page is of another origin, asks the endpoints that read no cookie."""

import pytest
from django.test import Client as Browser

pytestmark = pytest.mark.django_db
ORIGIN = "https://app.example.nhs.uk"
READ = ("access_token", "userinfo", "token/revoke", "connect/jwk_uri", ".well-known/openid-configuration")
OURS = ("introspect", "authorize", "authorize/continue", "connect/endSession")


@pytest.mark.parametrize("path", READ)
def test_a_browser_learns_that_its_page_may_ask_and_read(path):
    asked = Browser().options(
        f"/oidc/{path}", headers={"Origin": ORIGIN, "Access-Control-Request-Headers": "authorization"}
    )
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    answer = Browser().get(f"/oidc/{path}", headers={"Origin": ORIGIN})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("path", [f"/oidc/{one}" for one in OURS] + ["/sign-in/", "/userinfo", "/oidc/userinfo/more"])
def test_whatever_else_is_for_pages_of_ours_alone(path):
    assert Browser().options(path, headers={"Origin": ORIGIN}).status_code == 405
    answer = Browser().get(path, headers={"Origin": ORIGIN})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_without_a_key_there_is_nothing_to_ask(settings):
    settings.SIGNING_KEYS = ""
    assert Browser().options("/oidc/userinfo").status_code == 405


def test_what_an_app_of_a_browser_is_refused_it_can_read_too(relying):
    refused = relying("none").redeem("no code of ours")
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (400, "*")
