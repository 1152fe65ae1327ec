"""A client's keys: only sound ones are read, an address is asked seldom, and what it answers does no harm."""

import json
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.db import connections
from django.test import RequestFactory
from django.utils import timezone
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from careid.people.services import Service
from provider import checks, client_keys, clients, jwks
from provider.client_auth import BadClient
from provider.jwks import BadKeySet
from provider.models import Client
from tests.provider.assertions import TYPE, assertion, jwk, pair
from tests.provider.assertions import jwks as key_set
from tests.threads import together

ISSUER = "https://care.example/oidc"


# --- What is read


def refused(document, **more):
    with pytest.raises(BadKeySet) as bad:
        jwks.checked(document, **more)
    return bad.value.reason


@pytest.mark.parametrize("document", [None, [], {}, {"keys": {}}, {"keys": "x"}, "keys", 7])
def test_what_is_no_set_of_keys(document):
    assert refused(document) == "not_keys"
    assert jwks.read(document, "RS512") == []


def test_a_private_key_and_a_shared_one_are_refused_in_words():
    for private in (
        json.loads(RSAAlgorithm.to_jwk(pair())),
        json.loads(ECAlgorithm.to_jwk(pair("one", "EC"))),
        {"kty": "oct", "k": "c2VjcmV0"},
    ):
        assert refused(key_set(jwk(pair()), private)) == "private"
        assert jwks.read(key_set(private), "RS512") == jwks.read(key_set(private), "ES256") == []


WEAK = {
    "1,024 bits": lambda: jwk(rsa.generate_private_key(65537, 1024)),
    "another curve": lambda: json.loads(ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key())),
    "a long exponent": lambda: jwk(pair()) | {"e": "AQ" + "A" * 30 + "AQ"},
    "an exponent of one": lambda: jwk(pair()) | {"e": "AQ"},
    "a modulus without end": lambda: jwk(pair()) | {"n": "_" * 3_000},
    "no point of the curve": lambda: jwk(pair("one", "EC")) | {"x": "AAAA"},
    "no text": lambda: jwk(pair()) | {"n": 7},
    "half a key": lambda: {"kty": "RSA", "e": "AQAB"},
    "an id that is no text": lambda: jwk(pair()) | {"kid": ["x"]},
    "an id that can not be kept": lambda: jwk(pair()) | {"kid": "a\0b"},
    "half a pair of Unicode in an id": lambda: jwk(pair()) | {"kid": "a\ud800"},
    "the other half, where no key has anything": lambda: jwk(pair()) | {"crv": "\udc00"},
}


@pytest.mark.parametrize("make", WEAK.values(), ids=WEAK)
def test_a_key_that_is_not_sound_is_refused_at_registration_and_left_out_when_fetched(make):
    weak = make()
    assert refused(key_set(weak, pair())) == "weak"
    assert refused(key_set(weak), strictly=False) == "no_key"
    assert len(jwks.checked(key_set(weak, pair()), strictly=False)["keys"]) == 1
    assert jwks.read(key_set(weak), "RS512") == jwks.read(key_set(weak), "ES256") == []


@pytest.mark.parametrize("more", [{"use": "enc"}, {"key_ops": ["encrypt"]}, {"kty": "OKP"}, {"key_ops": 7}])
def test_a_key_for_something_else_is_no_key_to_verify_with(more):
    assert refused(key_set(jwk(pair(), **more))) == "no_key"


def test_the_keys_go_with_the_algorithm():
    assert refused(key_set(pair()), alg="ES256") == "other_algorithm"
    both = jwks.checked(key_set(pair(), pair("one", "EC")), alg="ES256")
    assert [key.kty for key in jwks.read(both, "ES256")] == ["EC"]
    assert [key.kty for key in jwks.read(both, "PS256")] == ["RSA"]


def test_of_a_set_only_what_a_key_is_is_kept_and_twenty_keys_are_read():
    entry = jwk(pair(), kid="a", use="sig", alg="RS512", x5c=["x" * 9_000], anything="else")
    [kept] = jwks.checked(key_set(entry))["keys"]
    assert kept == {name: entry[name] for name in ("kty", "kid", "use", "n", "e")}
    many = key_set(*({"kty": "junk"} for _ in range(20)), pair())
    assert refused(many) == "no_key"


# --- An address


class Site:
    """A client's own site on this machine: what it answers, and how often it was asked."""

    def __init__(self, settings):
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                with site.lock:
                    site.asked += 1
                site.met.set()
                if site.waits:
                    site.waits.wait(10)
                self.send_response(site.status)
                body = site.body if isinstance(site.body, bytes) else json.dumps(site.body).encode()
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.met = threading.Event()
        self.body, self.status, self.asked, self.waits, self.lock = (
            key_set(jwk(pair(), kid="a")),
            200,
            0,
            None,
            threading.Lock(),
        )
        host = f"127.0.0.1:{self.server.server_port}"
        self.address, settings.FETCH_INSIDE = f"http://{host}/jwks", [host]
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def site(settings):
    made = Site(settings)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def client_(db, site, settings):
    settings.ISSUER_ORIGIN, settings.ISSUER_PATH = "https://care.example", "/oidc"
    service = Service.objects.create(name="Sample Service")
    return Client.objects.create(
        client_id="a-client", service=service, jwks_uri=site.address, redirect_uris=["https://rp.example/back"]
    )


def kids(client, kid=""):
    return [key.kid for key in client_keys.of(client, kid=kid)]


def later(**ago):
    """As if the address was asked so long ago, and answered."""
    then = timezone.now() - timedelta(**ago)
    Client.objects.filter(fetched_at=None).update(fetch_tried_at=then)
    Client.objects.exclude(fetched_at=None).update(fetch_tried_at=then, fetched_at=then)
    return Client.objects.get()


def test_the_first_time_they_are_fetched_and_then_kept_for_all_processes(client_, site):
    assert kids(client_) == kids(client_) == kids(Client.objects.get(), kid="a") == ["a"]
    assert site.asked == 1
    row = Client.objects.get()
    assert (row.fetch_fault, row.fetched_jwks["keys"][0]["kid"]) == ("", "a")


def test_after_five_minutes_they_are_fetched_again(client_, site):
    kids(client_)
    assert kids(later(minutes=4)) == ["a"]
    assert site.asked == 1
    site.body = key_set(jwk(pair("two"), kid="b"))
    assert kids(later(minutes=6)) == ["b"], "a key that was taken away is gone"
    assert site.asked == 2


def test_a_key_that_is_not_known_is_fetched_at_once_but_never_within_a_minute(client_, site):
    kids(client_)
    site.body = key_set(jwk(pair(), kid="a"), jwk(pair("two"), kid="b"))
    for _ in range(3):
        assert kids(Client.objects.get(), kid="b") == ["a"]
    assert site.asked == 1
    assert kids(later(seconds=61), kid="b") == ["a", "b"]
    for number in range(3):
        kids(Client.objects.get(), kid=f"unknown {number}")
    assert site.asked == 2


def test_while_an_address_is_away_its_keys_are_good_for_a_day(client_, site):
    kids(client_)
    site.status = 503
    assert kids(later(minutes=30)) == ["a"]
    row = Client.objects.get()
    assert (site.asked, row.fetch_fault) == (2, "rubbish")
    assert kids(later(hours=23)) == ["a"]
    assert kids(later(hours=25)) == []
    site.status = 200
    assert kids(later(hours=26)) == ["a"]
    assert Client.objects.get().fetch_fault == ""


BAD = {
    "no JSON": (b"<html>", "rubbish"),
    "deep": (b"[" * 100_000, "rubbish"),
    "huge": (b" " * 300_000, "rubbish"),
    "no bytes": (b"", "rubbish"),
    "no text": (b"\xff\xfe", "rubbish"),
    "a list": ([], "not_keys"),
    "no keys": ({"keys": []}, "no_key"),
    "another kind": (key_set(pair("one", "EC")), "other_algorithm"),
    "private": (key_set(json.loads(RSAAlgorithm.to_jwk(pair()))), "private"),
}


@pytest.mark.parametrize(("body", "fault"), BAD.values(), ids=BAD)
def test_what_is_of_no_use_is_kept_as_a_word_and_nothing_else_of_it(client_, site, body, fault):
    site.body = body
    assert kids(client_) == []
    row = Client.objects.get()
    assert (row.fetch_fault, row.fetched_jwks, row.fetched_at) == (fault, None, None)


def test_an_address_inside_is_a_word_too(client_, site, settings):
    settings.FETCH_INSIDE = []
    assert kids(client_) == []
    assert (Client.objects.get().fetch_fault, site.asked) == ("inside", 0)


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_ask_the_address_once(client_, site):
    together([lambda: client_keys.of(Client.objects.get(), kid="unknown")] * 10)
    assert site.asked == 1


@pytest.mark.django_db(transaction=True)
def test_no_connection_of_the_database_is_held_meanwhile(client_, site):
    site.waits, ours, held = threading.Event(), connections["default"], []

    def look():
        site.met.wait(10)
        held.append(ours.connection)
        site.waits.set()

    looker = threading.Thread(target=look)
    looker.start()
    client_keys.of(client_)
    looker.join(10)
    assert held == [None]


def test_an_address_that_changed_meanwhile_keeps_nothing_of_the_old_one(client_, site):
    Client.objects.update(jwks_uri="https://new.example/jwks")
    client_keys.fetch(client_)
    row = Client.objects.get()
    assert (row.fetched_jwks, row.fetched_at, row.fetch_fault) == (None, None, "")


@contextmanager
def refusing():
    with pytest.raises(BadClient):
        yield


def test_a_client_with_an_address_proves_who_it_is_and_a_stranger_causes_one_fetch_a_minute(client_, site):
    def prove(key, **headers):
        form = {"client_assertion_type": TYPE, "client_assertion": assertion(key, headers=headers or None)}
        return clients.authenticated(RequestFactory().post("/oidc/access_token", form))

    assert prove(pair(), kid="a") == client_
    for number in range(4):
        with refusing():
            prove(pair("two"), kid=f"made up {number}")
    assert site.asked == 1
    site.body = key_set(jwk(pair("two"), kid="b"))
    later(seconds=61)
    assert prove(pair("two"), kid="b") == client_, "a key that was changed is found within the minute"


@pytest.mark.parametrize("written", ["https://app.internal", "app.internal", "app.internal:https", "a b:1"])
def test_what_names_no_host_and_port_is_refused_by_the_settings_name(settings, written):
    settings.FETCH_INSIDE = ["app.internal:443", " 127.0.0.1:8000"]
    assert not [one for one in checks.unusable() if "FETCH_INSIDE" in one.msg]
    settings.FETCH_INSIDE = ["app.internal:443", written]
    assert [one.msg for one in checks.unusable()] == ["CAREID_FETCH_INSIDE: holds what is not host:port."]
