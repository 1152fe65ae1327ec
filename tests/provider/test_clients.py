"""Which client asks: by its key once, by its secret, or not at all; and nobody's bad tries lock another out."""

import base64
import logging
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import RequestFactory
from django.utils import timezone

from careid.people.services import Service
from careid.storing import crypto
from careid.trail.models import Event
from provider import clients
from provider.client_auth import BadClient
from provider.limits import BAD_CLIENT, BAD_CLIENT_ALL
from provider.models import Assertion, Client
from tests.provider.assertions import TYPE, assertion, jwks, pair
from tests.threads import together

pytestmark = pytest.mark.django_db
ISSUER = "https://care.example/oidc"
SECRET = "a-secret-of-the-client"


@pytest.fixture(autouse=True)
def _issuer(settings):
    settings.ISSUER_ORIGIN, settings.ISSUER_PATH, settings.ISSUER = "https://care.example", "/oidc", ISSUER


@pytest.fixture
def make():
    def make(way="private_key_jwt", client_id="a-client", **fields):
        given = {"private_key_jwt": {"jwks": jwks(pair())}, "none": {}}.get(
            way, {"secret_hash": crypto.token_hash(SECRET)}
        )
        service, _ = Service.objects.get_or_create(name=f"Service of {client_id}")
        return Client.objects.create(
            client_id=client_id, service=service, token_endpoint_auth_method=way,
            redirect_uris=["https://rp.example/back"], **(given | fields),
        )  # fmt: skip

    return make


def post(header="", address="198.51.100.7", **form):
    headers = {"authorization": header} if header else {}
    body = urlencode(form, doseq=True)
    ways = {"content_type": "application/x-www-form-urlencoded", "headers": headers, "REMOTE_ADDR": address}
    return RequestFactory().post("/oidc/access_token", body, **ways)


def signed(**more):
    return {"client_assertion_type": TYPE, "client_assertion": assertion(pair(), **more)}


def basic(client_id="a-client", secret=SECRET):
    return f"Basic {base64.b64encode(f'{client_id}:{secret}'.encode()).decode()}"


def refused(request):
    with pytest.raises(BadClient) as bad:
        clients.authenticated(request)
    return bad.value


def reasons():
    return [event.reason for event in Event.objects.filter(name="client.refused").order_by("sequence")]


def test_a_client_is_found_with_its_service_in_one_statement_while_it_may_sign_people_in(
    make, django_assert_num_queries
):
    make()
    with django_assert_num_queries(1):
        assert clients.found("a-client").name == "Service of a-client"
    make(client_id="off", is_on=False)
    assert clients.found("off") is None
    for one in ("", "another", "A-CLIENT", "a-client ", "x" * 121, "a\0client", "ü", "\ud800"):
        assert clients.found(one) is None


def test_by_its_key(make, django_assert_num_queries):
    client, request = make(), post(**signed())
    with django_assert_num_queries(2):
        assert clients.authenticated(request) == client
    assert reasons() == []


@pytest.mark.parametrize("aud", ["https://care.example:443/oidc", "https://care.example/oidc/access_token"])
@pytest.mark.parametrize("origin", ["https://care.example", "https://care.example:443"])
def test_the_port_of_https_may_stand_in_its_audience_or_not(make, settings, aud, origin):
    settings.ISSUER_ORIGIN = origin
    make()
    assert clients.authenticated(post(**signed(aud=aud)))


def test_an_assertion_proves_its_client_once(make):
    make()
    sent = signed()
    assert clients.authenticated(post(**sent))
    bad = refused(post(**sent))
    assert (bad.status, bad.error, bad.description) == (401, "invalid_client", "JWT is not valid")
    assert reasons() == ["replayed"]


def test_two_clients_may_use_the_same_id_for_their_assertions(make):
    make(), make(client_id="another")
    assert clients.authenticated(post(**signed(jti="1")))
    assert clients.authenticated(post(**signed(jti="1", client_id="another")))


def test_an_assertion_that_proves_nothing_spends_nothing(make):
    make()
    refused(post(**signed(aud="https://other.example", jti="1")))
    forged = {**signed(), "client_assertion": assertion(pair("two"), jti="1")}
    refused(post(**forged))
    assert reasons() == ["audience", "signature"]
    assert clients.authenticated(post(**signed(jti="1")))


def test_the_id_of_an_assertion_is_kept_as_a_hash_until_it_is_past_its_time(make):
    make()
    clients.authenticated(post(**signed(jti="not \ud800 to be read")))
    [kept] = Assertion.objects.all()
    assert bytes(kept.jti_hash) == crypto.token_hash("not \ud800 to be read")
    assert timedelta(minutes=5) < kept.expires_at - timezone.now() <= timedelta(minutes=6, seconds=1)


@pytest.mark.django_db(transaction=True)
def test_of_one_assertion_sent_four_times_at_once_one_proves_the_client(make):
    make()
    sent = signed()

    def call():
        try:
            return bool(clients.authenticated(post(**sent)))
        except BadClient:
            return False

    assert sorted(together([call] * 4)) == [False, False, False, True]


@pytest.mark.parametrize(("way", "request_"), [
    ("client_secret_basic", lambda: post(basic())),
    ("client_secret_post", lambda: post(client_id="a-client", client_secret=SECRET)),
    ("none", lambda: post(client_id="a-client")),
])  # fmt: skip
def test_each_other_way_is_for_the_client_that_registered_it_alone(make, way, request_):
    client = make(way)
    assert clients.authenticated(request_()) == client
    for other in {*Client.Authentication.values} - {way}:
        Client.objects.update(token_endpoint_auth_method=other, jwks=jwks(pair()))
        assert refused(request_()).description == "Client authentication failed"
    assert set(reasons()) == {"method"}


def test_a_wrong_secret_and_a_client_that_has_none(make):
    make("client_secret_post"), make("client_secret_basic", client_id="none-yet", secret_hash=None)
    for secret in ("wrong", "", f"{SECRET} ", "ü\0"):
        assert refused(post(client_id="a-client", client_secret=secret)).status == 401
    assert refused(post(basic("none-yet", ""))).headers["WWW-Authenticate"].startswith("Basic")
    assert reasons() == ["secret"] * 5


def test_an_old_secret_holds_until_its_time(make):
    old, hour = crypto.token_hash("the one before"), timedelta(hours=1)
    client = make("client_secret_post", old_secret_hash=old, old_secret_until=timezone.now() + hour)
    before = post(client_id="a-client", client_secret="the one before")
    assert clients.authenticated(before) == client
    Client.objects.update(old_secret_until=timezone.now() - hour)
    assert refused(before)


def test_a_client_that_is_off_and_one_that_is_not_there_are_told_the_same(make):
    make(), make("client_secret_post", client_id="by-secret")
    Client.objects.update(is_on=False)
    told = [
        vars(refused(post(**form)))
        for form in (signed(), signed(client_id="nobody"), {"client_id": "by-secret", "client_secret": SECRET},
                     {"client_id": "nobody", "client_secret": SECRET}, {"client_id": "nobody\0", "client_secret": SECRET})
    ]  # fmt: skip
    assert told[0] == told[1]
    assert told[2] == told[3] == told[4]
    assert reasons() == ["off", "off"]


def test_proofs_of_two_ways_at_once_prove_nothing(make):
    make("client_secret_basic")
    assert refused(post(basic(), client_id="a-client", client_secret=SECRET)).error == "invalid_client"
    assert refused(post(client_id=["a-client", "another"])).error == "invalid_client"
    assert clients.authenticated(post(basic()))


def test_what_is_bad_counts_by_its_address_and_never_locks_the_client(make, settings, monkeypatch):
    make("client_secret_post")
    monkeypatch.setattr(type(BAD_CLIENT), "most_with", lambda limit, room: 3)
    wrong = {"client_id": "a-client", "client_secret": "wrong"}
    assert [refused(post(**wrong)).status for _ in range(5)] == [401, 401, 401, 429, 429]
    last = refused(post(client_id="nobody"))
    assert (last.status, last.error) == (429, "temporarily_unavailable")
    assert 0 < int(last.headers["Retry-After"]) <= 60
    assert len(reasons()) == 3, "no more events than the limit lets through"
    assert refused(post(address="203.0.113.5", **wrong)).status == 401
    assert clients.authenticated(post(client_id="a-client", client_secret=SECRET)), (
        "who is right is let in from anywhere"
    )


def test_many_bad_tries_of_one_client_from_everywhere_are_an_alarm(make, caplog):
    make("client_secret_post")
    with caplog.at_level(logging.ERROR):
        for number in range(BAD_CLIENT_ALL.most + 1):
            refused(post(client_id="a-client", client_secret="wrong", address=f"198.51.100.{number}"))
    [line] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert (line.getMessage(), line.limit) == ("many at once", "provider_bad_client_all")
    assert clients.authenticated(post(client_id="a-client", client_secret=SECRET))


def test_an_event_names_the_client_and_nothing_that_was_sent(make):
    make()
    refused(post(**signed(aud="https://other.example", jti="an-id-that-was-sent")))
    event = Event.objects.get(name="client.refused")
    assert (event.outcome, event.reason, event.details) == ("refused", "audience", {"client": "a-client"})
