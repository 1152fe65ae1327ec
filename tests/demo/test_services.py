"""The sample service, as the portal of the demo knows it."""

import pytest

from careid.people.services import Service
from demo import env, service_keys, services
from provider.models import Client


@pytest.fixture(autouse=True)
def _its_key(tmp_path, monkeypatch):
    monkeypatch.setattr(env, "FOLDER", tmp_path)


@pytest.mark.django_db
def test_each_start_brings_its_row_up_to_where_it_is():
    services.seed(8001)
    services.seed(8002)
    client, service = Client.objects.get(), Service.objects.get()
    assert (client.service, service.address) == (service, "http://localhost:8002/")
    told = [*client.redirect_uris, *client.post_logout_redirect_uris, client.backchannel_logout_uri]
    assert {address.startswith("http://localhost:8002/") for address in told} == {True}
    assert client.jwks == service_keys.published()


def test_its_key_is_its_owners_alone_and_is_not_told(tmp_path):
    [jwk] = service_keys.published()["keys"]
    assert set(jwk) == {"kty", "n", "e", "kid", "use", "alg"}
    assert (tmp_path / "service.pem").stat().st_mode & 0o777 == 0o600
    assert service_keys.published()["keys"] == [jwk]


def test_its_address_leads_there_and_nowhere_outside_the_demo(client, settings, monkeypatch):
    monkeypatch.setenv(env.SERVICE_PORT, "8002")
    settings.DEMO = True
    assert client.get("/demo/service/").headers["Location"] == "http://localhost:8002/"
    settings.DEMO = False
    assert client.get("/demo/service/").status_code == 404
