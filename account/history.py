"""Where a person is signed in, and when they signed in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.conf import settings

from authenticators.models import Authenticator
from careid.pages import times
from careid.storing.prepared import Prepared
from sign_in.models import Session, SignIn

SHOWN: Final = 20  # sign-ins, the newest first


@dataclass(frozen=True)
class Place:
    """A session, or a sign-in, in the words that its person is told; `here` is, or was, by the session that asks."""

    pk: UUID
    at: str  # since when, or when
    here: bool
    browser: str  # its family
    network: str  # what its addresses begin with, where it is another than here
    seen: str = ""  # the last time, of a session
    what: str = ""  # what a sign-in was with, and in which browser
    service: str = ""  # and the service that asked for it


def open_sessions(session: Session, now: datetime) -> list[Place]:
    """Where this person is signed in now: this browser first."""
    found = _OPEN.all(session.profile_id, now - settings.SESSION_IDLE, now - settings.SESSION_LIFE)
    for one in found:
        one.profile = session.profile  # which `why_dead` asks
    alive = [one for one in found if not one.why_dead(now)]
    return [
        Place(
            pk=one.pk,
            at=times.moment(one.started_at),
            here=one.pk == session.pk,
            browser=one.browser,
            network=elsewhere(one.network, session.network),
            seen=times.moment(one.last_seen_at),
        )
        for one in sorted(alive, key=lambda one: (one.pk != session.pk, -one.last_seen_at.timestamp()))
    ]


_OPEN: Final = Prepared(
    lambda pk, seen, signed_in: (
        Session.objects.select_related("newest__authenticator")
        .filter(profile=pk, ended_at=None, last_seen_at__gt=seen, newest__at__gt=signed_in)
        .defer("newest__authenticator__material")
    ),
    *(-1, datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 2, tzinfo=UTC)),
)


def newest(session: Session) -> list[Place]:
    """The last sign-ins of whoever this session is of."""
    return [
        Place(
            pk=one.pk,
            at=times.moment(one.at),
            here=one.session_id == session.pk,
            browser=one.browser,
            network=elsewhere(one.network, session.network),
            what=", ".join(filter(None, (_named(one.authenticator), one.browser))),
            service=one.service,
        )
        for one in _NEWEST.all(session.profile_id)
    ]


_NEWEST: Final = Prepared(
    lambda pk: (
        SignIn.objects.select_related("authenticator")
        .filter(profile=pk)
        .defer("authenticator__material")
        .order_by("-at")[:SHOWN]
    ),
    -1,
)


def _named(one: Authenticator) -> str:
    return f"{one.name} ({one.title})" if one.name else str(one)


def elsewhere(network: str, here: str) -> str:
    """What a network's addresses begin with (/24 or /48), where it is another than here: `203.0.113`, `2001:db8`."""
    start = "" if network == here else network.partition("/")[0]
    return start.rstrip(":").removesuffix(".0")
