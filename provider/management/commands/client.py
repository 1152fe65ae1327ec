"""`manage.py client add --service NAME --redirect https://… --by jo.smith`, and what else is done to clients."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any, Final, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from careid.people.services import Service
from profiles import chosen
from provider import client_arguments, client_keys, client_rules, client_words, registering
from provider.client_rules import Invalid
from provider.registered import Client

INDENT: Final = 34


class Command(BaseCommand):
    help = "Register the clients of services, look at them, and stop them. A secret is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs: Any = parser.add_subparsers(dest="verb", required=True, parser_class=ArgumentParser)
        add = verbs.add_parser("add", help="register a client of a service")
        client_arguments.describe(add)
        verbs.add_parser("list", help="each client, with its service")
        named = {
            "show": "what is registered of a client, and when its keys were fetched",
            "secret": "give a client another secret; the one before holds for 24 hours",
            "keys": "give a client other public keys, or fetch them now where none are given",
            "off": "stop a client: it signs nobody in, and nothing of it is good any more",
            "on": "let a client sign people in again",
        }
        made = {verb: verbs.add_parser(verb, help=words) for verb, words in named.items()}
        for one in made.values():
            one.add_argument("client_id", metavar="ID")
        made["secret"].add_argument("--now", action="store_true", help="the one before ends at once")
        made["keys"].add_argument("source", nargs="?", metavar="FILE|URL", help="a JWK set, or where one is")
        for verb in ("secret", "keys", "off", "on"):
            client_arguments.by(made[verb])
        client_arguments.by(add)

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        run: dict[str, Callable[..., None]] = {"add": self.add, "list": self.list, "show": self.show}
        run |= {"secret": self.secret, "keys": self.keys, "off": self.switch, "on": self.switch}
        try:
            run[verb](verb=verb, **options)
        except Invalid as invalid:
            _refuse(
                "\n".join(
                    f"{client_arguments.OF_FIELDS.get(one.field, one.field)} {one.words}" for one in invalid.problems
                )
            )

    def add(self, **options: Any) -> None:
        by = chosen.actor("client", options)
        client = Client(service=_service(options["service"]), **client_arguments.read(options))
        self._told(f"{client.name}: registered as", client, registering.add(client=client, by=by))
        self._fetch(client)

    def list(self, **_: Any) -> None:
        for one in Client.objects.select_related("service"):
            told = [one.token_endpoint_auth_method, one.default_acr_values, "on" if one.is_on else "off"]
            fault = [f"keys: {client_words.fault(one)}"] if one.fetch_fault else []
            self.stdout.write("  ".join([one.client_id, one.name, *told, *fault]))

    def show(self, *, client_id: str, **_: Any) -> None:
        for name, words in client_words.lines(_client(client_id)):
            self.stdout.write(f"{name:<{INDENT}}" + words.replace("\n", f"\n{'':<{INDENT}}"))

    def secret(self, *, client_id: str, now: bool, **options: Any) -> None:
        by, client = chosen.actor("client", options), _client(client_id)
        secret = registering.new_secret(client=client, by=by, at_once=now)
        before = "has ended" if now else "holds for another 24 hours"
        self._told(f"{client.name}: the secret before {before}. This is", client, secret)

    def keys(self, *, client_id: str, source: str | None, **options: Any) -> None:
        by, client = chosen.actor("client", options), _client(client_id)
        if source:
            vars(client).update(client_arguments.keys(source))
            registering.change(client=client, changed=["jwks", "jwks_uri"], by=by)
        elif not client.jwks_uri:
            _refuse(f"{client_id} has no address of keys: give a file or an address.")
        self._fetch(client)
        self.stdout.write(f"{client_id}: {client_words.keys(client)}")

    def switch(self, *, client_id: str, verb: str, **options: Any) -> None:
        by, client = chosen.actor("client", options), _client(client_id)
        done = registering.switch(client=client, on=verb == "on", by=by)
        self.stdout.write(f"{client_id} is {verb}" if done else f"{client_id} was {verb} already. Nothing was changed.")

    def _told(self, words: str, client: Client, secret: str) -> None:
        self.stdout.write(f"{words} {client.client_id}")
        if secret:
            self.stdout.write("Give this secret to the service alone. It is not shown again:")
            self.stdout.write(secret)

    def _fetch(self, client: Client) -> None:
        if client.jwks_uri and client_keys.fetch(client):
            self.stderr.write(f"Warning: {client_words.keys(client)}", style_func=str)


def _service(named: str) -> Service:
    by_number = {"pk": int(named)} if named.isascii() and named.isdigit() and len(named) < 10 else {"name": named}
    found = Service.objects.filter(**by_number).first() if named.isprintable() else None
    if found is None:
        _refuse(f"--service {_said(named)}: there is no such service. The desk lists them, and adds one.")
    return found


def _client(client_id: str) -> Client:
    rows = Client.objects.select_related("service").filter(client_id=client_id)
    found = rows.first() if client_id.isprintable() else None
    if found is None:
        _refuse(f"There is no client {_said(client_id)}. `client list` names them.")
    return found


def _said(text: str) -> str:
    return ascii(text)[1:-1][: client_rules.SAID_MOST]


def _refuse(words: str) -> NoReturn:
    raise CommandError(f"{words}\nNothing was changed.", returncode=2)
