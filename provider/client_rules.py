"""What a client may be registered with (RFC 7591, 2; RFC 9700, 2.1 and 4.1): each address letter by letter."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from authenticators.registry import KINDS
from careid.errors import Reason
from careid.fetching import outside
from provider import discovery, jwks, levels, signing
from provider.jwks import BadKeySet
from provider.registered import ADDRESS_MOST, ID_MOST, Client
from provider.words import Unfit

SAID_MOST: Final = 60  # characters of a value that are told again
_CLIENT_ID: Final = re.compile(rf"[!#-&(-*,-~]{{1,{ID_MOST}}}")
_SIGNS: Final = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()+,;=%-]*")  # RFC 3986, 2, without the wildcard
_ON_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")  # RFC 8252, 8.3
# Whole: of "[::1];x" or "[::1].example", `hostname` has what stands in brackets alone.
_HOST: Final = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a field of a client, and with which of its values."""

    field: str
    reason: Reason
    value: str = ""

    @property
    def words(self) -> str:
        return f"{ascii(self.value)[1:-1][:SAID_MOST]}: {self.reason.words}" if self.value else str(self.reason.words)


class Invalid(Exception):
    """A client that can't be registered so."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("invalid")
        self.problems = problems


def problems(client: Client) -> list[Problem]:
    """All that is wrong with a client as it would be registered; nothing is written."""
    return [*_identity(client), *_addresses(client), *_proof(client), *_told(client)]


def level_values() -> list[str]:
    """What a client may have for its level: the levels, and each way of signing in by its name."""
    return [*levels.LEVELS, *(kind.sign_in.acr for kind in KINDS.values() if kind.sign_in)]


def _identity(client: Client) -> Iterator[Problem]:
    if not _CLIENT_ID.fullmatch(client.client_id) or "%" in client.client_id:
        yield Problem("client_id", Unfit.CLIENT_ID, client.client_id)
    elif Client.objects.filter(client_id=client.client_id).exclude(pk=client.pk).exists():
        yield Problem("client_id", Unfit.TAKEN, client.client_id)


def _addresses(client: Client) -> Iterator[Problem]:
    if not client.redirect_uris:
        yield Problem("redirect_uris", Unfit.NONE_GIVEN)
    for field in ("redirect_uris", "post_logout_redirect_uris"):
        for address in getattr(client, field) or ():
            if reason := _wrong(address, _leads_there):
                yield Problem(field, reason, address)
    for field in ("jwks_uri", "backchannel_logout_uri"):
        address = getattr(client, field)
        if address and (reason := _wrong(address, _is_fetched)):
            yield Problem(field, reason, address)


def _wrong(address: str, look: Callable[[str, str], Unfit | None]) -> Unfit | None:
    """Why an address is none to register; `look` judges its scheme and host. None for a sound one."""
    if len(address) > ADDRESS_MOST:
        return Unfit.LONG
    if not _SIGNS.fullmatch(address):
        return Unfit.SIGNS
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return Unfit.HOST
    if "#" in address:
        return Unfit.FRAGMENT
    if not _HOST.fullmatch(parts.netloc):
        return Unfit.HOST
    return look(address, host)


def _leads_there(address: str, host: str) -> Unfit | None:
    """A browser is led to it (RFC 9700, 4.1.1)."""
    at_home = address.startswith("http://") and host in _ON_THIS_MACHINE
    return None if address.startswith("https://") or at_home else Unfit.SCHEME


def _is_fetched(address: str, host: str) -> Unfit | None:
    """We ask it ourselves."""
    named = address.startswith("http://") and outside.is_named_inside(address)
    return None if address.startswith("https://") or named else Unfit.INSIDE


def _proof(client: Client) -> Iterator[Problem]:
    """How it proves who it is."""
    signs = client.token_endpoint_auth_method == Client.Authentication.KEY
    if signs and client.token_endpoint_auth_signing_alg not in jwks.KTY:
        yield Problem("token_endpoint_auth_signing_alg", Unfit.ALGORITHM, client.token_endpoint_auth_signing_alg)
    elif client.jwks and client.jwks_uri:
        yield Problem("jwks_uri", Unfit.TWO_KEYS)
    elif not signs and (client.jwks or client.jwks_uri):
        yield Problem("jwks" if client.jwks else "jwks_uri", Unfit.KEYS_FOR_NOTHING)
    elif signs and client.jwks:
        try:
            jwks.checked(client.jwks, alg=client.token_endpoint_auth_signing_alg)
        except BadKeySet as bad:
            yield Problem("jwks", bad.reason)
    elif signs and not client.jwks_uri:
        yield Problem("jwks", Unfit.NO_KEYS)
    if client.is_public and not client.needs_pkce:
        yield Problem("needs_pkce", Unfit.PKCE)


def _told(client: Client) -> Iterator[Problem]:
    """What it is given, and how that is signed."""
    for scope in client.scopes:
        if scope not in discovery.SCOPES:
            yield Problem("scopes", Unfit.SCOPE, scope)
    levels_asked = client.default_acr_values.split()
    for value in levels_asked or [""]:
        if value not in level_values():
            yield Problem("default_acr_values", Unfit.LEVEL, value)
    alg = client.id_token_signed_response_alg
    if alg != Client.Signature.RS256 and not signing.can_sign(alg):  # which every ring signs by
        yield Problem("id_token_signed_response_alg", Unfit.NO_SIGNER, alg)
