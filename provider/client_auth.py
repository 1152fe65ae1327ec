"""What a client shows to prove who it is (RFC 6749, 2.3; RFC 7521, 4.2; OpenID Connect Core 1.0, 9). Pure functions."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_plus

from provider import assertions
from provider.assertions import Rejected

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ONE_WAY: Final = "Prove who the client is in one way."
NOT_VALID: Final = "JWT is not valid"  # clients look for these very words
FAILED: Final = "Client authentication failed"


class BadClient(Exception):
    """The client is not who it says. `description` tells nothing that only a client that exists would be told.

    `error`, `status` and `headers` are those of the answer (RFC 6749, 5.2): 401 `invalid_client`, with WWW-Authenticate
    where the header was used; 429 `temporarily_unavailable` with Retry-After where too many were bad.
    """

    def __init__(
        self,
        description: str,
        *,
        error: str = "invalid_client",
        status: int = 401,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(description)
        self.description = description
        self.error = error
        self.status = status
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class Credentials:
    """What a client presented, unchecked: `way` is named as its registration names it, and `none` without any proof."""

    way: str
    client_id: str
    secret: str = field(default="", repr=False)
    assertion: str = field(default="", repr=False)

    @property
    def description(self) -> str:
        """What is told where they prove nothing, whether or not there is such a client."""
        return NOT_VALID if self.way == "private_key_jwt" else FAILED

    @property
    def headers(self) -> dict[str, str]:
        """What such an answer needs (RFC 6749, 5.2)."""
        return {"WWW-Authenticate": 'Basic realm="Care ID"'} if self.way == "client_secret_basic" else {}


def presented(authorization: str, form: Mapping[str, str]) -> Credentials:
    """What proves who the client is, from the Authorization header and the form. Raises BadClient.

    In one way: a secret or an assertion that comes beside another is refused, as is a client id that is not the same.
    """
    ways = [name for name in ("client_secret", "client_assertion") if name in form]
    if len(ways) + bool(authorization) > 1 or ("client_assertion_type" in form) != ("client_assertion" in form):
        raise BadClient(ONE_WAY)
    if authorization:
        found = _basic(authorization)
    elif "client_assertion" in form:
        found = _asserted(form["client_assertion_type"], form["client_assertion"])
    elif "client_secret" in form:
        return Credentials("client_secret_post", form.get("client_id", ""), secret=form["client_secret"])
    else:
        return Credentials("none", form.get("client_id", ""))
    if form.get("client_id", found.client_id) != found.client_id:
        raise BadClient(found.description, headers=found.headers)
    return found


def _basic(authorization: str) -> Credentials:
    """An id and a secret, each form-urlencoded (RFC 6749, 2.3.1); ours are the same for clients that encode nothing."""
    scheme, _, encoded = authorization.partition(" ")
    client_id, colon, secret = (_decoded(encoded.strip()) if scheme.lower() == "basic" else "").partition(":")
    found = Credentials("client_secret_basic", unquote_plus(client_id), secret=unquote_plus(secret))
    if not colon:
        raise BadClient(found.description, headers=found.headers)
    return found


def _decoded(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        return ""


def _asserted(kind: str, assertion: str) -> Credentials:
    """The assertion, and whose it says that it is (RFC 7521, 4.2)."""
    try:
        client_id = assertions.whose(assertion)
    except Rejected as rejected:
        raise BadClient(NOT_VALID) from rejected
    if kind != ASSERTION_TYPE:
        raise BadClient(NOT_VALID)
    return Credentials("private_key_jwt", client_id, assertion=assertion)
