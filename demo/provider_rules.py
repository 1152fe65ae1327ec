"""What the stand-in sign-in asks of its client: RFC 6749, RFC 7636 and OpenID Connect Core."""

import base64
import hashlib
import hmac
import re
import time
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from demo.provider_accounts import Account

CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # SHA-256 in base64url
VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class Refused(Exception):
    """An error by its name in the protocol, and in Entra's numbers where the description has one."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error, description)
        self.error, self.description, self.status = error, description, status

    @property
    def answer(self) -> dict[str, object]:
        numbers = [int(number) for number in re.findall(r"AADSTS(\d+)", self.description)]
        return {"error": self.error, "error_description": self.description, "error_codes": numbers}


@dataclass(frozen=True)
class Client:
    id: str
    secret: str
    redirect_uri: str


@dataclass(frozen=True)
class Grant:
    """What a code stands for."""

    account: Account
    redirect_uri: str
    challenge: str
    nonce: str
    until: float  # on the monotonic clock

    def check(self, asked: dict[str, str]) -> None:
        verifier = asked.get("code_verifier", "")
        if verifier and not VERIFIER.fullmatch(verifier):
            raise Refused("invalid_request", "AADSTS501481: The code_verifier is malformed.")
        if self.until < time.monotonic():
            raise Refused("invalid_grant", "AADSTS70008: The code is too old.")
        if asked.get("redirect_uri") != self.redirect_uri:
            raise Refused("invalid_grant", "AADSTS500112: The redirect address is another.")
        if _challenge(verifier) != self.challenge:
            raise Refused("invalid_grant", "AADSTS501481: The code_verifier does not match.")
        if self.account.refuses:
            raise Refused(*self.account.refuses)


def check_sign_in(request: HttpRequest) -> None:
    """What brings somebody to the sign-in page, beyond who asks and where the answer goes."""
    asked = request.GET
    if any(len(values) > 1 for _, values in asked.lists()):
        raise Refused("invalid_request", "a parameter is there twice")
    if "response_type" not in asked:
        raise Refused("invalid_request", "the response_type is missing")
    if asked["response_type"] != "code":
        raise Refused("unsupported_response_type", "only code is supported")
    if asked.get("response_mode", "query") != "query":
        raise Refused("unsupported_response_mode", "only query is supported")
    if "openid" not in asked.get("scope", "").split():
        raise Refused("invalid_scope", "the scope is without openid")
    if asked.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(asked.get("code_challenge", "")):
        raise Refused("invalid_request", "PKCE with S256 is required")
    if not (asked.get("state") and asked.get("nonce")):
        raise Refused("invalid_request", "state and nonce are required")


def check_client(asked: dict[str, str], client: Client) -> None:
    given = (asked.get("client_id", ""), asked.get("client_secret", ""))
    right = (client.id, client.secret)
    if not all(hmac.compare_digest(a.encode(), b.encode()) for a, b in zip(given, right, strict=True)):
        raise Refused("invalid_client", "AADSTS7000215: Invalid client secret provided.", 401)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
