"""The parameters of an authorization request, one by one: OpenID Connect Core 3.1.2.1, RFC 6749 4.1.1, RFC 7636 4.3.

Each function is given what came with a value, by name, and returns what is asked for, or raises Error.
"""

import re
from collections.abc import Mapping
from typing import Final, Protocol

from provider import pkce

NONCE_MOST: Final = 2_048  # characters
PROMPTS: Final = ("none", "login", "select_account")
PUBLIC: Final = "none"  # how a client that keeps no secret authenticates (RFC 7591, 2)
AGE: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
Given = Mapping[str, str]


class Error(Exception):
    """A no that the client is told (RFC 6749, 4.1.2.1). It holds nothing of the request but where to tell it."""

    def __init__(self, error: str, description: str, *, redirect_uri: str = "", state: str | None = None) -> None:
        super().__init__(error)
        self.error, self.description = error, description
        self.redirect_uri, self.state = redirect_uri, state


class Registered(Protocol):
    """What is read of a client."""

    redirect_uris: list[str]
    scopes: list[str]
    needs_pkce: bool
    token_endpoint_auth_method: str


def bad(description: str) -> Error:
    """The no to what is malformed."""
    return Error("invalid_request", description)


def response(given: Given) -> None:
    """Refuse every flow but the code's, and every way of giving it but the query of the redirect address."""
    if given.get("response_mode", "query") != "query":
        raise bad("response_mode must be query")
    if "response_type" not in given:
        raise bad("response_type is missing")
    if given["response_type"] != "code":
        raise Error("unsupported_response_type", "response_type must be code")


def nonce(given: Given) -> str | None:
    """What the ID token is to hold; None where nothing is asked for."""
    value = given.get("nonce")
    if value and len(value) > NONCE_MOST:
        raise bad(f"nonce is over {NONCE_MOST} characters")
    return value


def scopes(client: Registered, given: Given) -> tuple[str, ...]:
    """Those that are asked for and the client has; any other is ignored (RFC 6749, 3.3)."""
    asked = words(given, "scope")
    if "openid" not in asked:
        raise Error("invalid_scope", "scope must have openid")
    return tuple(dict.fromkeys(one for one in asked if one == "openid" or one in client.scopes))


def prompt(given: Given) -> tuple[str, ...]:
    """The words of `prompt`, each once."""
    asked = words(given, "prompt")
    if len(set(asked)) < len(asked) or not set(asked) <= set(PROMPTS):
        raise bad("prompt has a word that is not known, or one twice")
    if "none" in asked and len(asked) > 1:
        raise bad("prompt has none with another word")
    return asked


def max_age(given: Given) -> int | None:
    """How many seconds ago the sign-in may be; None where that is not asked."""
    text = given.get("max_age")
    if text is None:
        return None
    if not AGE.fullmatch(text):
        raise bad("max_age is not a number of seconds")
    return int(text)


def challenge(client: Registered, given: Given) -> str:
    """The S256 challenge; empty where there is none and the client may do without."""
    value, method = given.get("code_challenge", ""), given.get("code_challenge_method", "")
    if not value and not method:
        if client.needs_pkce or client.token_endpoint_auth_method == PUBLIC:
            raise bad("code_challenge is missing")
        return ""
    if method != pkce.METHOD:
        raise bad("code_challenge_method must be S256")
    if not pkce.is_challenge(value):
        raise bad("code_challenge is not one of S256")
    return value


def words(given: Given, name: str) -> tuple[str, ...]:
    """The words of a parameter that is a list."""
    return tuple(word for word in given.get(name, "").split(" ") if word)
