"""The probes: alive, ready; and the address of security.txt."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from operating import health

PROBES = ("/healthz", "/readyz", "/metrics")


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch):
    monkeypatch.setattr(health, "_known", (float("-inf"), "not asked yet"))


@pytest.fixture
def heard(transactional_db):
    """Say how long ago a worker was last heard. Its table isn't Django's: nothing else empties it."""

    def heard(ago):
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s)", [ago])

    yield heard
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")


def test_alive_needs_nothing(client, monkeypatch):
    monkeypatch.setattr(connection, "connect", None)
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"alive\n")


def test_ready_with_a_database_its_migrations_and_a_worker(client, heard):
    heard(timedelta(seconds=50))
    assert health.look() == ("", True)
    assert client.get("/readyz").status_code == 200


def test_ready_without_a_worker_which_the_log_tells(client, heard, caplog):
    heard(timedelta(seconds=70))
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")
    assert "no worker was heard from for a minute" in [record.message for record in caplog.records]


def test_not_ready_where_it_could_only_read(client, heard, caplog, monkeypatch):
    heard(timedelta())
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "options", "-c default_transaction_read_only=on")
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"not ready\n")
    assert [record.reason for record in caplog.records if record.message == "not ready"] == ["read_only"]


def test_not_ready_with_a_migration_to_come(heard, monkeypatch):
    heard(timedelta())
    monkeypatch.setattr(health, "_needed", lambda: frozenset({"careid.9999_to_come"}))
    assert health.look()[0] == "migrations"


def test_not_ready_without_a_database(client, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    assert health.look()[0] == "database"
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"not ready\n")


def test_not_ready_on_an_empty_database(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", "postgres")
    assert health.look()[0] == "migrations"


def test_a_flood_of_probes_asks_the_database_once(client, monkeypatch):
    asked = []
    monkeypatch.setattr(health, "look", lambda: asked.append(1) or ("database", False))
    assert {client.get("/readyz").status_code for _ in range(5)} == {503}
    assert len(asked) == 1


@pytest.mark.parametrize("path", PROBES)
def test_a_probe_by_address_over_http_is_answered(path, settings, db):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["localhost"]
    client = Client(headers={"host": "10.0.0.7:8000"})
    assert client.get(path).status_code in {200, 503}
    for other in ("/", f"{path}/", f"{path}x", "/help/healthz", "//healthz"):
        assert client.get(other).status_code == 400


@pytest.mark.parametrize("path", [*PROBES, "/.well-known/security.txt"])
def test_a_probe_is_asked_and_never_told(path, client):
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_robots_are_told_to_look_for_nothing_and_each_answer_says_so_too(client):
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"
    for path in ("/", "/details/", "/robots.txt", "/nothing/", "/admin/login/"):
        assert client.get(path).headers["X-Robots-Tag"] == "noindex, nofollow"


def test_security_txt_says_whom_to_tell(client, settings):
    settings.SECURITY_CONTACT = "security@careid.example"
    response = client.get("/.well-known/security.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    expires = datetime.fromisoformat(lines.pop("Expires"))
    assert timedelta(days=30) < expires - timezone.now() < timedelta(days=365)
    assert lines == {
        "Contact": "mailto:security@careid.example",
        "Preferred-Languages": "en",
        "Canonical": "http://localhost/.well-known/security.txt",
    }


@pytest.mark.parametrize("contact", ["https://careid.example/report", "mailto:security@careid.example"])
def test_a_contact_that_is_an_address_already_stays(contact, client, settings):
    settings.SECURITY_CONTACT = contact
    assert f"Contact: {contact}\n" in client.get("/.well-known/security.txt").content.decode()


@pytest.mark.parametrize("contact", ["", "ring the desk", "a@b.example\nContact: evil", "desk"])
def test_without_an_address_there_is_no_security_txt(contact, client, settings):
    settings.SECURITY_CONTACT = contact
    assert client.get("/.well-known/security.txt").status_code == 404
