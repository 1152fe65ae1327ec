"""What `manage.py client` is told of a client on its line."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import CommandError

from careid.fetching.fetcher import MOST
from provider.registered import Client

# The option that gives each field.
OF_FIELDS: Final = {
    "client_id": "--id",
    "redirect_uris": "--redirect",
    "post_logout_redirect_uris": "--after-logout",
    "backchannel_logout_uri": "--logout",
    "token_endpoint_auth_method": "--auth",
    "token_endpoint_auth_signing_alg": "--alg",
    "jwks": "--keys",
    "jwks_uri": "--keys",
    "scopes": "--scope",
    "default_acr_values": "--level",
    "id_token_signed_response_alg": "--token-alg",
    "needs_pkce": "--no-pkce",
}
_LISTS: Final = {
    "--redirect": "where people go back to",
    "--after-logout": "where they may go once they are signed out",
    "--scope": "what the client may ask for; openid alone, if not given",
}


def by(parser: ArgumentParser) -> None:
    """`--by`."""
    parser.add_argument("--by", required=True, help="who does it: a short name in small letters, kept in the trail")


def describe(parser: ArgumentParser) -> None:
    """The options of a new client."""
    parser.add_argument("--service", required=True, metavar="NAME", help="the service, by its name or its number")
    parser.add_argument("--id", default="", help="the client's id; one is made if not given")
    for option, words in _LISTS.items():
        needed = option == "--redirect"
        parser.add_argument(option, action="append", default=[], required=needed, help=f"{words}; may be repeated")
    parser.add_argument("--logout", default="", metavar="URL", help="where the client hears that it is over")
    auth = Client.Authentication
    parser.add_argument("--auth", choices=auth.values, default=auth.KEY.value, help="how it proves who it is")
    algorithms, default = Client.Assertion.values, Client.Assertion.RS512.value
    parser.add_argument("--alg", choices=algorithms, default=default, help="what it signs its assertions by")
    parser.add_argument("--keys", default="", metavar="FILE|URL", help="its public keys, a JWK set, or where they are")
    parser.add_argument("--level", default="AAL3_ANY", metavar="ACR", help="what it gets that asks for no level")
    signatures, usual = Client.Signature.values, Client.Signature.RS256.value
    parser.add_argument("--token-alg", choices=signatures, default=usual, help="what its ID tokens are signed by")
    parser.add_argument("--no-pkce", action="store_true", help="for an old client that knows no PKCE")
    parser.add_argument("--needs-role", action="store_true", help="nobody is let in who has no role")


def read(options: dict[str, Any]) -> dict[str, Any]:
    """The fields of a client that these options give. CommandError where its keys can't be read."""
    named = {field: option.removeprefix("--").replace("-", "_") for field, option in OF_FIELDS.items()}
    given = {field: options[name] for field, name in named.items() if not field.startswith("jwks")}
    switches = {"needs_pkce": not options["no_pkce"], "needs_role": options["needs_role"]}
    return {**given, **switches, **(keys(options["keys"]) if options["keys"] else {})}


def keys(source: str) -> dict[str, Any]:
    """The fields of a client whose keys are in this file, or at this address. CommandError."""
    if "://" in source:
        return {"jwks": None, "jwks_uri": source}
    try:
        with Path(source).open("rb") as file:
            return {"jwks": json.loads(file.read(MOST)), "jwks_uri": ""}
    except (OSError, ValueError, RecursionError) as error:
        raise CommandError(
            "--keys: this is no file that holds a JWK set. Nothing was changed.", returncode=2
        ) from error
