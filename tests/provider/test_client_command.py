"""`manage.py client`: clients registered, looked at and stopped from a shell, by rules that the desk has too."""

import io
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from careid.people.services import Service
from careid.trail.models import Event
from provider import clients, registering
from provider.client_rules import Invalid
from provider.registered import Client
from tests.provider.assertions import jwk, jwks, pair
from tests.threads import together

pytestmark = pytest.mark.django_db
BACK = "https://rp.example/back"


@pytest.fixture
def service(db):
    return Service.objects.create(name="Sample Service")


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(jwks(jwk(pair(), kid="a", alg="RS512"))))
    return str(path)


def run(*words):
    out = io.StringIO()
    call_command("client", *words, *(() if words[0] in {"list", "show"} else ("--by", "jo.smith")), stdout=out)
    return out.getvalue().splitlines()


def add(*words, client_id="a-client"):
    return run("add", "--service", "Sample Service", "--redirect", BACK, "--id", client_id, *words)


def refused(*words):
    with pytest.raises(CommandError) as error:
        run(*words)
    assert error.value.returncode == 2
    *told, last = str(error.value).splitlines() if "\n" in str(error.value) else str(error.value).split(". ")
    assert last.rstrip(".") == "Nothing was changed"
    return told


def changes():
    events = Event.objects.filter(name="client.changed").order_by("sequence")
    assert {event.actor for event in events} <= {"command:client jo.smith"}
    return [(event.details["client"], *event.details["changed"]) for event in events]


def test_a_client_with_a_key(service, key_file):
    assert add("--keys", key_file, "--scope", "profile", "--scope", "email", "--level", "AAL2_OR_AAL3_ANY",
               "--logout", "https://rp.example/out", "--after-logout", "https://rp.example/", "--needs-role") == ["Sample Service: registered as a-client"]  # fmt: skip
    made = clients.found("a-client")
    assert (made.redirect_uris, made.scopes, made.default_acr_values) == (
        [BACK],
        ["openid", "profile", "email"],
        "AAL2_OR_AAL3_ANY",
    )
    assert (made.token_endpoint_auth_method, made.token_endpoint_auth_signing_alg) == ("private_key_jwt", "RS512")
    assert (made.needs_pkce, made.needs_role, made.id_token_signed_response_alg) == (True, True, "RS256")
    assert set(made.jwks["keys"][0]) == {"kty", "kid", "n", "e"}
    assert changes() == [("a-client", "made")]


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_a_secret_is_told_once_and_kept_as_its_hash(service, method):
    secret = add("--auth", method)[-1]
    assert len(secret) == 43
    made = Client.objects.get()
    assert clients.is_secret(made, secret)
    assert secret not in str(vars(made)) + str(run("show", "a-client")) + str(run("list")) + str(
        list(Event.objects.values())
    )


def test_another_secret_lets_the_one_before_hold_for_a_day_or_ends_it(service):
    first = add("--auth", "client_secret_post")[-1]
    second = run("secret", "a-client")[-1]
    made = Client.objects.get()
    assert clients.is_secret(made, first)
    assert clients.is_secret(made, second)
    assert abs(made.old_secret_until - timezone.now() - timedelta(hours=24)) < timedelta(minutes=1)
    third = run("secret", "a-client", "--now")[-1]
    made = Client.objects.get()
    assert [clients.is_secret(made, one) for one in (first, second, third)] == [False, False, True]
    assert changes() == [("a-client", "made"), ("a-client", "secret"), ("a-client", "secret")]


def test_a_client_without_a_proof_and_an_id_that_is_made_up(service):
    [told] = run("add", "--service", str(service.pk), "--redirect", BACK, "--auth", "none")
    made = Client.objects.get()
    assert told.endswith(made.client_id)
    assert len(made.client_id) == 36
    assert made.is_public
    assert made.secret_hash is None


WRONG = {
    "http": (["--redirect", "http://rp.example/back"], "--redirect http://rp.example/back: Begin with https://"),
    "a fragment": (["--redirect", "https://rp.example/#x"], "--redirect https://rp.example/#x: Leave out"),
    "an empty fragment": (["--redirect", "https://rp.example/#"], "--redirect https://rp.example/#: Leave out"),
    "a wildcard": (["--redirect", "https://*.rp.example/"], "--redirect https://*.rp.example/: Use the signs"),
    "signs after a bracket": (["--redirect", "https://[::1];x/"], "--redirect https://[::1];x/: Give a whole"),
    "a name after a bracket": (["--redirect", "http://[::1].evil.example/"], "--redirect http://[::1].evil.example/: Give"),
    "a colon and no port": (["--redirect", "http://localhost:/"], "--redirect http://localhost:/: Give a whole"),
    "a user": (["--redirect", "https://rp.example@evil.example/"], "--redirect https://rp.example@evil.example/: Give a whole"),
    "a space": (["--redirect", "https://rp.example/ x"], "--redirect https://rp.example/ x: Use the signs"),
    "a line": (["--redirect", "https://rp.example/\n"], "--redirect https://rp.example/\\n: Use the signs"),
    "a letter": (["--redirect", "https://rp.exämple/"], "--redirect https://rp.ex\\xe4mple/: Use the signs"),
    "a backslash": (["--redirect", "https:\\\\rp.example/"], "--redirect https:\\\\\\\\rp.example/: Use the signs"),
    "no host": (["--redirect", "https:///back"], "--redirect https:///back: Give a whole"),
    "no address": (["--redirect", "back"], "--redirect back: Give a whole"),
    "an app's own scheme": (["--redirect", "org.example.app://x/back"], "--redirect org.example.app://x/back: Begin"),
    "a script": (["--redirect", "javascript://x/alert(1)"], "--redirect javascript://x/alert(1): Begin"),
    "a port of nothing": (["--redirect", "https://rp.example:x/"], "--redirect https://rp.example:x/: Give a whole"),
    "a machine like this one": (["--redirect", "http://localhost.evil.example/"], "--redirect http://localhost.evil.example/: Begin"),
    "far too long": (["--redirect", f"https://rp.example/{'x' * 2_000}"], "Use 2,000 characters"),
    "after signing out": (["--after-logout", "http://rp.example"], "--after-logout http://rp.example: Begin"),
    "where it hears": (["--logout", "http://rp.example"], "--logout http://rp.example: Begin with https://, or have CAREID_FETCH_INSIDE"),
    "where its keys are": (["--keys", "http://rp.example/jwks"], "--keys http://rp.example/jwks: Begin"),
    "a scope": (["--scope", "everything"], "--scope everything: There is no such scope"),
    "a level": (["--level", "AAL9"], "--level AAL9: There is no such level"),
    "no level": (["--level", ""], "--level There is no such level"),
    "an id": (["--id", "a client"], "--id a client: Use up to 120"),
    "a long id": (["--id", "x" * 121], "Use up to 120"),
    "an id that some would read otherwise": (["--id", "a%2Bb"], "--id a%2Bb: Use up to 120"),
    "no proof and no PKCE": (["--auth", "none", "--no-pkce"], "--no-pkce A client without a proof"),
    "a key and a secret": (["--auth", "client_secret_post", "--keys", "https://rp.example/jwks"], "--keys Only a client that proves"),
    "no keys": ([], "--keys A client that signs needs"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "told"), WRONG.values(), ids=WRONG)
def test_what_is_refused_is_named_in_a_sentence(service, words, told):
    usual = [] if (words and words[0] in {"--auth", "--keys"}) or not words else ["--auth", "client_secret_post"]
    [line] = refused("add", "--service", "Sample Service", "--redirect", BACK, *usual, *words)
    assert told in line
    assert not Client.objects.exists()
    assert changes() == []


@pytest.mark.parametrize(
    "address",
    [
        "https://rp.example/back?x=1&y=%20",
        "https://rp.example:8443/~a;b",
        "http://localhost:3000/back",
        "http://127.0.0.1/",
        "http://[::1]:9/x",
    ],
)
def test_what_is_kept_letter_by_letter(service, address):
    add("--auth", "none", "--redirect", address)
    assert Client.objects.get().redirect_uris == [BACK, address]


def test_keys_that_are_none_or_weak_or_private_are_refused_in_words(service, tmp_path, key_file):
    path = tmp_path / "other.json"
    for text, told in (
        ("{", "no file that holds"),
        ("[" * 100_000, "no file that holds"),
        ('{"keys": [{"d": "x"}]}', "a private key"),
        ('{"a": 1}', "no JWK set"),
    ):
        path.write_text(text)
        assert told in refused("add", "--service", "Sample Service", "--redirect", BACK, "--keys", str(path))[0]
    assert "no file" in refused("add", "--service", "Sample Service", "--redirect", BACK, "--keys", str(tmp_path))[0]
    assert (
        "goes with the algorithm"
        in refused("add", "--service", "Sample Service", "--redirect", BACK, "--keys", key_file, "--alg", "ES256")[0]
    )


def test_an_algorithm_that_no_key_here_signs_by_is_refused(service, settings):
    settings.SIGNING_KEYS = ""
    [line] = refused("add", "--service", "Sample Service", "--redirect", BACK, "--auth", "none", "--token-alg", "ES256")
    assert line == "--token-alg ES256: No key of CAREID_SIGNING_KEYS signs by this algorithm."
    assert add("--auth", "none")


def test_an_id_that_is_taken_and_two_at_once(service):
    add("--auth", "none")
    assert (
        "already"
        in refused("add", "--service", "Sample Service", "--redirect", BACK, "--id", "a-client", "--auth", "none")[0]
    )


@pytest.mark.django_db(transaction=True)
def test_of_four_that_register_one_id_at_once_one_does():
    service = Service.objects.create(name="Sample Service")

    def make():
        client = Client(service=service, client_id="a-client", token_endpoint_auth_method="none", redirect_uris=[BACK])
        try:
            registering.add(client=client, by="system")
        except Invalid as invalid:
            return invalid.problems[0].reason
        return "made"

    assert sorted(together([make] * 4)) == ["made", "taken", "taken", "taken"]
    assert Client.objects.count() == Event.objects.filter(name="client.changed").count() == 1


def test_who_does_it_and_whose_it_is_have_to_be_said(service):
    with pytest.raises(SystemExit):
        call_command("client", "off", "a-client")
    with pytest.raises(CommandError, match="small letters"):
        call_command("client", "off", "a-client", "--by", "Jo Smith")
    assert refused("add", "--service", "Another", "--redirect", BACK) == [
        "--service Another: there is no such service. The desk lists them, and adds one."
    ]
    assert refused("off", "nobody") == ["There is no client nobody. `client list` names them."]
    for odd in ("\udcff", "a\0"):  # as a terminal of another charset gives it
        assert refused("off", odd) == [f"There is no client {ascii(odd)[1:-1]}. `client list` names them."]
        [said] = refused("add", "--service", odd, "--redirect", BACK)
        assert said.endswith("there is no such service. The desk lists them, and adds one.")


def test_off_and_on(service):
    add("--auth", "none")
    assert run("off", "a-client") == ["a-client is off"]
    assert clients.found("a-client") is None
    assert run("off", "a-client") == ["a-client was off already. Nothing was changed."]
    assert run("on", "a-client") == ["a-client is on"]
    assert clients.found("a-client")
    assert changes()[1:] == [("a-client", "is_on")] * 2


def test_list_and_show(service, key_file):
    add("--keys", key_file)
    add("--auth", "none", "--needs-role", client_id="another")
    run("off", "another")
    Client.objects.filter(client_id="a-client").update(
        jwks=None, jwks_uri="https://rp.example/jwks", fetch_fault="inside"
    )
    assert run("list") == [
        "a-client  Sample Service  private_key_jwt  AAL3_ANY  on  keys: the address is one of our own network's, and CAREID_FETCH_INSIDE does not name it",
        "another  Sample Service  none  AAL3_ANY  off",
    ]
    shown = {line[:34].strip(): line[34:] for line in run("show", "a-client")}
    assert shown["redirect_uris"] == BACK
    assert shown["keys"].startswith("https://rp.example/jwks: the address is one of our own")
    assert "old" not in str(shown)


@pytest.fixture
def site(settings):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps(jwks(jwk(pair(), kid="fetched"))).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.FETCH_INSIDE = [f"127.0.0.1:{server.server_port}"]
    yield f"http://127.0.0.1:{server.server_port}/jwks"
    server.shutdown()
    server.server_close()


def test_an_address_of_keys_is_asked_at_once_and_what_is_wrong_is_told(service, site, capsys):
    add("--keys", site)
    assert Client.objects.get().fetched_jwks["keys"][0]["kid"] == "fetched"
    add("--keys", "https://127.0.0.1:1/jwks", client_id="another")
    assert "CAREID_FETCH_INSIDE does not name it; last fetched: never" in capsys.readouterr().err


def test_other_keys_take_the_place_of_those_before(service, site, key_file):
    add("--keys", site)
    run("keys", "a-client", key_file)
    made = Client.objects.get()
    assert (made.jwks["keys"][0]["kid"], made.jwks_uri, made.fetched_jwks, made.fetched_at) == ("a", "", None, None)
    [told] = run("keys", "a-client", site)
    made = Client.objects.get()
    assert told.startswith(f"a-client: {site}, fetched at ")
    assert (made.jwks, made.fetched_jwks["keys"][0]["kid"]) == (None, "fetched")
    assert run("keys", "a-client")[0].startswith(f"a-client: {site}, fetched at ")
    run("keys", "a-client", key_file)
    assert refused("keys", "a-client") == ["a-client has no address of keys: give a file or an address."]
    assert changes()[1:] == [("a-client", "jwks", "jwks_uri")] * 3


def test_a_client_that_signs_has_no_secret_to_change(service, key_file):
    add("--keys", key_file)
    assert refused("secret", "a-client") == ["--auth Only a client that proves who it is by a secret has one."]


def test_another_way_to_prove_who_it_is_needs_a_secret_or_ends_it(service):
    add("--auth", "client_secret_post")
    client = Client.objects.get()
    client.token_endpoint_auth_method = "none"
    assert registering.change(client=client, changed=["token_endpoint_auth_method"], by="system") == ""
    client = Client.objects.get()
    assert client.secret_hash is None
    client.token_endpoint_auth_method = "client_secret_basic"
    secret = registering.change(client=client, changed=["token_endpoint_auth_method"], by="system")
    assert clients.is_secret(Client.objects.get(), secret)
