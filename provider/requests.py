"""What a client asks of the authorization endpoint: OpenID Connect Core 3.1.2.1, RFC 6749 4.1.1.

A fault is told to the client at its redirect address only once that address is known to be the client's.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal
from urllib.parse import urlencode

from provider import parameters
from provider.parameters import Error, Given, Registered, bad

Pairs = Sequence[tuple[str, str]]
Reason = Literal["client", "redirect", "request", "gone"]

STATE_MOST: Final = 2_048  # characters
CLIENT_ID_MOST: Final = 120
# The first is no text for the database, the second stands for what was not UTF-8, the others can't be written as such.
ODD: Final = re.compile("[\0\ufffd\ud800-\udfff]")
NOT_SUPPORTED: Final = ("request", "request_uri", "registration")  # refused by name (OpenID Connect Core, 3.1.2.6)
KNOWN: Final = frozenset(
    {
        *("response_type", "response_mode", "scope", "state", "nonce", "prompt", "max_age", "acr_values", "login_hint"),
        *("id_token_hint", "code_challenge", "code_challenge_method", "display", "ui_locales", "claims_locales"),
        *("claims", *NOT_SUPPORTED),
    }
)


class NoRedirect(Exception):
    """A request that is answered with a page of ours, of that reason: it is not known whom to send back to.

    The page names the service, and leads to its `home`, where the request was once a good one.
    """

    def __init__(self, reason: Reason, *, service: str = "", home: str = "") -> None:
        super().__init__(reason)
        self.reason, self.service, self.home = reason, service, home


@dataclass(frozen=True)
class Asked:
    """A request that is well formed. `scopes` are those that the client has; `state` is as it came, None for none."""

    client_id: str
    redirect_uri: str
    state: str | None = None
    nonce: str | None = None
    scopes: tuple[str, ...] = ("openid",)
    code_challenge: str = ""
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    acr_values: tuple[str, ...] = ()
    id_token_hint: str = ""
    login_hint: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether no page may be shown."""
        return "none" in self.prompt

    @property
    def is_anew(self) -> bool:
        """Whether only a sign-in counts that answers this very request."""
        return "login" in self.prompt or "select_account" in self.prompt

    def refused(self, error: str, description: str) -> Error:
        """This no, for the client."""
        return Error(error, description, redirect_uri=self.redirect_uri, state=self.state)

    def kept(self) -> dict[str, Any]:
        """As a row keeps it."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Asked":
        """What `kept` gave, after a time as JSON."""
        fields: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in kept.items()}
        return cls(**fields)


def read(pairs: Pairs, client_of: Callable[[str], Registered | None]) -> Asked:
    """The request of these parameters, in whatever order; `client_of` finds a client that is on.

    NoRedirect where the client or its redirect address is not known, byte for byte; Error for any other fault.
    """
    client_id = _only(pairs, "client_id")
    client = client_of(client_id) if client_id and len(client_id) <= CLIENT_ID_MOST else None
    if client is None:
        raise NoRedirect("client")
    redirect_uri = _only(pairs, "redirect_uri")
    if redirect_uri not in client.redirect_uris:
        raise NoRedirect("redirect")
    given = {name: value for name, value in pairs if value and name in KNOWN}  # RFC 6749, 3.1: empty is left out
    state = _only(pairs, "state")
    told = state if state and len(state) <= STATE_MOST else None  # one that is too long might not arrive
    try:
        _look(pairs, given)
        return _asked(client, client_id, redirect_uri, told, given)
    except Error as no:
        raise Error(no.error, no.description, redirect_uri=redirect_uri, state=told) from None


def _only(pairs: Pairs, name: str) -> str:
    """The value of a parameter that is there once; empty where it is not, or is not text."""
    values = [value for one, value in pairs if one == name]
    return values[0] if len(values) == 1 and not ODD.search(values[0]) else ""


def _look(pairs: Pairs, given: Given) -> None:
    """Refuse what is wrong with the request whatever it asks for."""
    twice = sorted(name for name, count in Counter(name for name, _ in pairs).items() if count > 1 and name in KNOWN)
    if twice:
        raise bad(f"{twice[0]} is given twice")
    if odd := [name for name, value in given.items() if ODD.search(value)]:
        raise bad(f"{odd[0]} is not text")
    if len(given.get("state", "")) > STATE_MOST:
        raise bad(f"state is over {STATE_MOST} characters")
    if named := [name for name in NOT_SUPPORTED if name in given]:
        raise Error(f"{named[0]}_not_supported", f"{named[0]} is not supported")
    parameters.response(given)


def _asked(client: Registered, client_id: str, redirect_uri: str, state: str | None, given: Given) -> Asked:
    return Asked(
        client_id=client_id,
        redirect_uri=redirect_uri,
        state=state,
        nonce=parameters.nonce(given),
        scopes=parameters.scopes(client, given),
        code_challenge=parameters.challenge(client, given),
        prompt=parameters.prompt(given),
        max_age=parameters.max_age(given),
        acr_values=parameters.words(given, "acr_values"),
        id_token_hint=given.get("id_token_hint", ""),
        login_hint=given.get("login_hint", ""),
    )


def address(redirect_uri: str, **told: str | None) -> str:
    """A redirect address with these parameters after those that it is registered with (RFC 6749, 3.1.2)."""
    query = urlencode({name: value for name, value in told.items() if value})
    joint = "" if redirect_uri.endswith(("?", "&")) else "&" if "?" in redirect_uri else "?"
    return f"{redirect_uri}{joint}{query}"
