"""Where a person is signed in, and when they signed in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings

from sign_in.models import Session, SignIn

SHOWN: Final = 20  # sign-ins, the newest first


@dataclass(frozen=True)
class Place:
    """A session or a sign-in, as its person is told of it."""

    of: Session | SignIn
    here: bool  # it is, or was, by the session that asks
    same_network: bool

    @property
    def network(self) -> str:
        """What its addresses begin with (/24 or /48), where it is another than here: `203.0.113`, `2001:db8`."""
        start = "" if self.same_network else self.of.network.partition("/")[0]
        return start.rstrip(":").removesuffix(".0")


def open_sessions(session: Session, now: datetime) -> list[Place]:
    """Where this person is signed in now: this browser first."""
    rows = Session.objects.filter(
        profile=session.profile,
        ended_at=None,
        last_seen_at__gt=now - settings.SESSION_IDLE,
        newest__at__gt=now - settings.SESSION_LIFE,
    )
    found = list(rows.select_related("newest__authenticator").defer("newest__authenticator__material"))
    for one in found:
        one.profile = session.profile  # which `why_dead` asks
    alive = [one for one in found if not one.why_dead(now)]
    return [_placed(one, session) for one in sorted(alive, key=lambda one: (one.pk != session.pk, -_seen(one)))]


def _seen(session: Session) -> float:
    return session.last_seen_at.timestamp()


def newest(session: Session) -> list[Place]:
    """The last sign-ins of whoever this session is of."""
    rows = SignIn.objects.filter(profile=session.profile).select_related("authenticator")
    return [_placed(one, session) for one in rows.defer("authenticator__material").order_by("-at")[:SHOWN]]


def _placed(of: Session | SignIn, session: Session) -> Place:
    which = of.pk if isinstance(of, Session) else of.session_id
    return Place(of, which == session.pk, of.network == session.network)
