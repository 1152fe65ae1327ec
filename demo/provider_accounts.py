"""The accounts of the stand-in sign-in: one for every outcome. Everybody is made up."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from demo.provider_tokens import Sign

Claims = dict[str, Any]
HOUR: Final = 3600
OTHER_TENANT: Final = str(uuid5(NAMESPACE_URL, "https://elsewhere.example.org/"))


@dataclass(frozen=True)
class Account:
    """Whose account it is, and what goes wrong: at the sign-in page, at the token endpoint or in the token."""

    key: str
    outcome: str
    name: str = "Sam Sample"
    email: str = ""
    error: tuple[str, str] | None = None  # comes back from the sign-in page instead of a code
    back: dict[str, str] = field(default_factory=dict)  # what comes back otherwise than it should
    refuses: tuple[str, str] | None = None  # comes from the token endpoint instead of tokens
    answer: str = ""  # what the token endpoint does instead
    change: Callable[[Claims], Claims] = dict  # claims that are otherwise than they should be; None leaves one out
    sign: Sign = Sign.HONEST

    @property
    def address(self) -> str:
        return self.email or f"{self.key}@northfield.example.org"

    @property
    def oid(self) -> str:
        return str(uuid5(NAMESPACE_URL, f"https://northfield.example.org/{self.key}"))


def _elsewhere(claims: Claims) -> Claims:
    return {"tid": OTHER_TENANT, "iss": claims["iss"].replace(claims["tid"], OTHER_TENANT)}


def _hours(number: int) -> Callable[[Claims], Claims]:
    def change(claims: Claims) -> Claims:
        return {name: claims[name] + number * HOUR for name in ("iat", "nbf", "exp")}

    return change


def _ago(claims: Claims) -> Claims:
    return {"auth_time": claims["auth_time"] - HOUR}


def _with(**claims: object) -> Callable[[Claims], Claims]:
    return lambda _: claims


AMINA: Final = ("Amina Okafor", "amina.okafor@northfield.example.org")
LINKED: Final = Account(
    "colleague", "belongs to Dev Ahmed, who has linked it already", "Dev Ahmed", "dev.ahmed@milllane.example.org"
)
# Who of the demo's people has linked which, in every state that signing in tells apart (`demo.people`).
OWNED: Final = [
    LINKED,
    Account("priya", "belongs to Priya Nair", "Priya Nair", "priya.nair@northfield.example.org"),
    Account("held", "belongs to Tom Fielding, and is on hold", "Tom Fielding", "tom.fielding@northfield.example.org"),
    Account(
        "suspended", "belongs to Ruth Adeyemi, and is suspended", "Ruth Adeyemi", "ruth.adeyemi@northfield.example.org"
    ),
    Account(
        "reported",
        "belongs to Joe Baptiste, who reported “this was not me”",
        "Joe Baptiste",
        "joe.baptiste@northfield.example.org",
    ),
    Account(
        "outside",
        "belongs to Sian Price, whose organisation is outside the private beta",
        "Sian Price",
        "sian.price@elmrow.example.org",
    ),
]
ACCOUNTS: Final = [
    Account("works", "works, and is on nobody's profile until somebody adds it", *AMINA),
    Account(
        "another", "works: a second account of the same person", "Amina Okafor", "a.okafor2@northfield.example.org"
    ),
    Account("nameless", "works, and says neither name nor email", change=_with(name=None, email=None)),
    Account("rotated", "works: the keys change just before", sign=Sign.ROTATED),
    *OWNED,
    Account("tenant", "of another organisation's tenant, with the same email", *AMINA, change=_elsewhere),
    Account("guest", "a guest in this tenant", email="guest@elsewhere.example.org", change=_with(acct=1)),
    Account("cancel", "cancels", error=("access_denied", "AADSTS65004: User declined to consent to access the app.")),
    Account(
        "smartcard",
        "presses the button 'Log in with my Care Identity'",
        error=("access_denied", "AADSTS50107: The requested federation realm object does not exist."),
    ),
    Account(
        "consent",
        "the administrator has not consented",
        error=("consent_required", "AADSTS65001: The user or administrator has not consented to use the application."),
    ),
    Account(
        "interaction",
        "the administrator has to approve the application",
        error=("interaction_required", "AADSTS90094: An administrator of the tenant has set a policy."),
    ),
    Account(
        "second-step",
        "has to pass a second step",
        error=("interaction_required", "AADSTS50076: You must use multi-factor authentication."),
    ),
    Account(
        "no-second-step",
        "has set up no second step",
        refuses=("invalid_grant", "AADSTS50079: You must enrol in multi-factor authentication."),
    ),
    Account(
        "conditional",
        "is stopped by conditional access",
        error=("access_denied", "AADSTS53003: Access has been blocked by Conditional Access policies."),
    ),
    Account("managed", "sits at a device that is not managed", error=("access_denied", "AADSTS53000: Not compliant.")),
    Account("unheard", "meets a fault with an unknown number", error=("access_denied", "AADSTS99999: Something new.")),
    Account("earlier", "signed in an hour ago, and is not asked again", change=_ago),
    Account("busy", "the sign-in page is busy", error=("temporarily_unavailable", "AADSTS90033: Try again later.")),
    Account("state", "comes back with another state", back={"state": "somebody-elses"}),
    Account("mix-up", "comes back from another issuer", back={"iss": "https://elsewhere.example.org/"}),
    Account("injected", "comes back with a code of somebody else", back={"code": "somebody-elses"}),
    Account("late", "the code is too old", answer="late"),
    Account("slow", "the answer does not come", answer="slow"),
    Account("drip", "the answer comes a byte at a time", answer="drip"),
    Account("huge", "the answer does not end", answer="huge"),
    Account("error", "a server error", answer="error"),
    Account("garbage", "rubbish for an answer", answer="garbage"),
    Account("redirect", "the answer is a redirect", answer="redirect"),
    Account("expired", "the token is too old", change=_hours(-3)),
    Account("clock", "the token is from the future: the clock is wrong", change=_hours(3)),
    Account("audience", "the token is for another application", change=_with(aud=str(uuid5(NAMESPACE_URL, "other")))),
    Account("issuer", "the token names another issuer", change=_with(iss="https://elsewhere.example.org/v2.0")),
    Account("nonce", "the token is for another sign-in", change=_with(nonce="somebody-elses")),
    Account("no-nonce", "the token is for no sign-in", change=_with(nonce=None)),
    Account("no-oid", "the token does not say whose it is", change=_with(oid=None)),
    Account("no-mfa", "signed in with a password alone", change=_with(amr=["pwd"])),
    Account("key", "the token is signed with an unknown key", sign=Sign.UNKNOWN),
    Account("forged", "the token is signed with the wrong key", sign=Sign.FORGED),
    Account("unsigned", "the token is not signed (alg none)", sign=Sign.NONE),
    Account("hs256", "the token is signed with the public key (HS256)", sign=Sign.HS256),
]
BY_KEY: Final = {account.key: account for account in ACCOUNTS}


def claims(account: Account, *, issuer: str, tenant: str, audience: str, nonce: str) -> Claims:
    """The claims of a token of version 2.0, changed as this account says."""
    now = int(time.time())
    honest: Claims = {
        "ver": "2.0",
        "iss": issuer,
        "aud": audience,
        "tid": tenant,
        "oid": account.oid,
        "sub": str(uuid5(NAMESPACE_URL, f"{audience} {account.oid}")),
        "preferred_username": account.address,
        "name": account.name,
        "email": account.address,
        "nonce": nonce,
        "iat": now,
        "nbf": now,
        "exp": now + HOUR,
        "auth_time": now,
        "amr": ["pwd", "mfa"],
        "acct": 0,
    }
    changed = honest | account.change(honest)
    return {name: value for name, value in changed.items() if value is not None}
