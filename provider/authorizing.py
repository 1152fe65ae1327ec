"""Whether whoever is here answers a service's request, and what the service is given or told (OpenID Core 3.1.2)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from authenticators.registry import KINDS
from provider import codes, levels, requests, roles, signing
from provider.levels import Met, Way
from provider.models import Client
from provider.parameters import Error
from provider.requests import Asked
from sign_in import admitting
from sign_in.models import Session, SignIn, Visit

UNMET: Final = "unmet_authentication_requirements"  # of OpenID Connect's extension of that name


class Lack(Enum):
    """What keeps a request from its code: each with the error where no page may be shown, and the page's URL name."""

    LEVEL = UNMET, "sign-in-refused"
    SIGN_IN = "login_required", "sign-in"
    ROLE = "interaction_required", "sign-in-role"
    NO_ROLE = "interaction_required", "sign-in-refused"

    @property
    def error(self) -> str:
        return self.value[0]

    @property
    def page(self) -> str:
        return self.value[1]


@dataclass(frozen=True)
class Ready:
    """A sign-in answers the request: what its code is to stand for."""

    sign_in: SignIn
    acr: str
    role: str


def ways() -> tuple[Way, ...]:
    """How people sign in here now."""
    found = [(kind.slug, way) for kind in KINDS.values() if (way := kind.sign_in) and way.is_set_up()]
    return tuple(Way(slug, way.acr, way.level) for slug, way in found)


def wanted(asked: Asked, client: Client) -> Met | None:
    """What a sign-in must be for this request; None where no way of signing in here is."""
    return levels.meet(asked.acr_values, client.default_acr_values, ways())


def judge(
    *,
    asked: Asked,
    client: Client,
    session: Session | None,
    visit_id: UUID | None = None,
    request_id: UUID | None = None,
) -> Ready | Lack:
    """Whether whoever is here answers this request, and else what is lacking.

    `visit_id` and `request_id` are of the rows by which it waits, if it does. Error where it can have no code.
    """
    person, met = _subject(asked, client), wanted(asked, client)
    if met is None:
        return Lack.LEVEL
    if session is None or not _answers(asked, met, session.newest, visit_id):
        return Lack.SIGN_IN
    if person not in {"", session.profile.user_id}:
        raise asked.refused("login_required", "another person is signed in")
    return _with_role(asked, client, session, met, request_id)


def _with_role(asked: Asked, client: Client, session: Session, met: Met, request_id: UUID | None) -> Ready | Lack:
    asking: dict[str, Any] = {"scopes": asked.scopes, "needs_role": client.needs_role, "request_id": request_id}
    settled = roles.settle(session=session, profile=session.profile, **asking)
    if settled.missing or settled.ask:
        return Lack.NO_ROLE if settled.missing else Lack.ROLE
    role = settled.role.person_roleid if settled.role else ""
    return Ready(session.newest, levels.reached(met, session.newest), role)


def _subject(asked: Asked, client: Client) -> str:
    """Whom the ID token may be about, by `sub` of the hint; empty for anybody. Error where no key here can sign it."""
    if not signing.can_sign(client.id_token_signed_response_alg):
        raise asked.refused("temporarily_unavailable", "no key here signs by the client's algorithm")
    if not asked.id_token_hint:
        return ""
    try:
        return str(signing.verify(asked.id_token_hint, audience=asked.client_id)["sub"])
    except signing.BadToken:
        raise asked.refused("invalid_request", "id_token_hint is no ID token of this client") from None


def _answers(asked: Asked, met: Met, made: SignIn, visit_id: UUID | None) -> bool:
    """Whether this sign-in is what is asked for: `prompt=login` by which try it answers, never by the time."""
    of_this = made.visit_id == visit_id
    if not met.is_met_by(kind=made.authenticator.kind, level=made.level) or (asked.is_anew and not of_this):
        return False
    if asked.max_age is None and not asked.is_anew:
        return True
    if of_this:
        return _age(made) < settings.ROLE_FRESH
    return _is_of_its_time(made) and _age(made).total_seconds() <= (asked.max_age or 0)  # however many are asked


def _age(made: SignIn) -> timedelta:
    """How long ago it was, on the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() - %s", [made.at])
        age: timedelta = cursor.fetchone()[0]
    return age


def _is_of_its_time(made: SignIn) -> bool:
    """Whether the person proved it then: some kinds' proof may be of some time before, unless it was asked for anew."""
    may_be_earlier = admitting.proving(made.authenticator).may_be_earlier
    return not may_be_earlier or Visit.objects.filter(pk=made.visit_id, fresh=True).exists()


def give(*, asked: Asked, client: Client, ready: Ready) -> str:
    """The address that gives the service its code (RFC 6749, 4.1.2)."""
    code = codes.issue(client=client, sign_in=ready.sign_in, asked=asked, acr=ready.acr, role=ready.role)
    return requests.address(asked.redirect_uri, code=code, state=asked.state, iss=settings.ISSUER)


def tell(no: Error) -> str:
    """The address that tells the service an error (RFC 6749, 4.1.2.1; RFC 9207)."""
    told = {"error": no.error, "error_description": no.description, "state": no.state}
    return requests.address(no.redirect_uri, **told, iss=settings.ISSUER)
