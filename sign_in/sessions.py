"""Sessions: opened by one function, read by another, ended by a third; each in one transaction with its events."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from authenticators.kind import Proving
from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.errors import Refused
from careid.limits import counting
from careid.limits.counting import Count
from careid.people.models import Profile
from careid.post import outbox
from careid.storing import crypto
from careid.storing.prepared import Prepared
from careid.trail.actors import PERSON
from careid.trail.names import EventName
from careid.trail.record import noted, origin, record, together
from enrolment import vouching
from sign_in import admitting, arriving, browser, in_a_row, tokens, trail, visits
from sign_in.browser import Browser
from sign_in.models import Session, SignIn, Visit
from sign_in.words import Ended, Why

TOUCH: Final = timedelta(minutes=1)
WITH: Final = ("profile__organisation", "newest__authenticator")


@dataclass(frozen=True)
class Opened:
    """A person is here. The tokens are for the browser's cookies."""

    session: Session
    token: str
    known: str


def open(  # noqa: A001  read through its module: sessions.open
    *,
    visit: Visit,
    authenticator: Authenticator,
    browser: Browser,
    material: dict[str, Any] | None = None,
    taking_back: tuple[Count, ...] = (),
) -> Opened:
    """Let somebody in whom this authenticator proved: the only way in, whatever the kind.

    `material` takes the place of what the authenticator's row held when it was read, if that still stands there. The
    same person in the same browser keeps the session, with a new token; another person's ends. `taking_back` is what
    counted this try before it was known to be right: it stands where they are refused.

    Refused with one of Why, each noted: `on_hold`, `suspended`, `closed`, `reported`, `level`, `spent`, and `answered`
    where the visit has let somebody in meanwhile.
    """
    with transaction.atomic(), together():
        reason = admitting.in_the_way(visit, authenticator)
        if not admitting.use(authenticator, material, well=reason is None):
            reason = admitting.in_the_way(visit, authenticator) or Why.SPENT
        if reason is None and (opened := _open(visit, authenticator, browser, taking_back)):
            return opened
        if reason is None:  # they were let in, by another tab
            reason = Why.ANSWERED
            counting.take_back(*taking_back)
        with trail.asked_by(visit):
            trail.note(kind=KINDS[authenticator.kind], reason=reason, authenticator=authenticator)
    raise Refused(reason)


def _open(
    visit: Visit, authenticator: Authenticator, browser: Browser, taking_back: tuple[Count, ...]
) -> Opened | None:
    """The session and its cookies; None where another tab of the visit was first."""
    pk = uuid4()
    if not visits.close(visit=visit, sign_in_id=pk):
        return None
    now, here, profile = timezone.now(), origin.get(), authenticator.profile
    word, token, way = browser.known or tokens.word(visit), tokens.of(visit)[0], admitting.proving(authenticator)
    session = _session(profile, browser, now)
    how = {"level": way.level, "amr": way.amr, "acr": way.acr, "browser": here.browser, "network": here.network}
    of = {"session_id": session.pk, "profile": profile, "authenticator": authenticator, "visit_id": visit.pk}
    session.newest = made = SignIn(pk=pk, at=now, client=visit.client, service=visit.service, **of, **how)
    session.ended_at, session.ended_reason = None, ""
    session.last_seen_at, session.browser, session.network = now, here.browser, here.network
    session.token_hash = crypto.token_hash(token)
    seen = arriving.write(session=session, proof=made, word=word)
    session._state.adding = made._state.adding = False  # noqa: SLF001  as `save` leaves them
    _tell(visit, authenticator, way, seen=seen)
    in_a_row.forget(authenticator=authenticator, word=word, taking_back=taking_back)
    return Opened(session, token, word)


def _session(profile: Profile, browser: Browser, now: datetime) -> Session:
    """The session of this browser, idle or not, if it is this person's, else a new one; another person's is ended."""
    row = _of(browser.session) if browser.session else None
    if row and row.profile_id != profile.pk:
        end(session=row, by=PERSON, reason=Ended.ANOTHER_PERSON)
    if row and row.profile_id == profile.pk and row.resumes(now):
        return row
    return Session(pk=uuid4(), profile=profile, started_at=now)


def _tell(visit: Visit, authenticator: Authenticator, way: Proving, *, seen: bool) -> None:
    details = {"kind": authenticator.kind, "level": way.level, "known": seen} | trail.of_client(visit)
    profile, pk = authenticator.profile, authenticator.pk
    record(EventName.SIGN_IN_SUCCEEDED, profile=profile, authenticator_id=pk, details=details)
    if not seen:
        context = {"authenticator": authenticator, "profile": profile, "browser": origin.get().browser}
        context["at"] = timezone.now()
        outbox.to_everyone("new_browser", profile=profile, context=context, authenticator_id=pk)


def _of(token: str) -> Session | None:
    return _BY_TOKEN.first(crypto.token_hash(token))


_BY_TOKEN: Final = Prepared(lambda token: Session.objects.select_related(*WITH).filter(token_hash=token), b"a token's")


def found(request: HttpRequest) -> Session | None:
    """The session of this browser's cookie, ended or not: one query a request, and none without the cookie."""
    kept = vars(request)  # as long as the request
    if "session_here" not in kept:
        token = browser.token(request, settings.HERE_COOKIE)
        kept["session_here"] = _of(token) if token else None
    session: Session | None = kept["session_here"]
    return session


def keep_found(request: HttpRequest, session: Session) -> None:
    """Let `found` return this row, which was read by the cookie's token along with something else."""
    vars(request)["session_here"] = session


def current(request: HttpRequest) -> Session | None:
    """Who is here: None where nobody is, or what they signed in with may not be used any more."""
    session = found(request)
    return None if session is None or session.why_dead(timezone.now()) else session


def see(session: Session) -> None:
    """Note that the person is still here, once a minute at most; more often where one is idle after a few minutes."""
    now = timezone.now()
    if now - session.last_seen_at >= min(TOUCH, settings.SESSION_IDLE / 10):
        session.last_seen_at = now
        Session.objects.filter(pk=session.pk, ended_at=None).update(last_seen_at=now)


def standing(profile: Profile) -> "QuerySet[Session]":
    """A person's sessions that can be ended: those that are open, and those that they could come back to."""
    rows = Session.objects.filter(_stands(), profile=profile)
    return rows.exclude(ended_reason=Ended.IDLE, newest__at__lte=timezone.now() - settings.SESSION_LIFE)


def _stands() -> Q:
    """The condition of a row that `end` ends, of the row alone: of two at once, the second one looks at it again."""
    return Q(ended_at=None) | Q(ended_reason=Ended.IDLE, ended_at__gt=timezone.now() - settings.SESSION_LIFE)


@transaction.atomic
def end(*, session: Session, by: str, reason: str, note: str = "") -> bool:
    """End a session, which may stand idle. Returns whether there was anything to end.

    `reason` is one of Ended, or what an admin chose (`profiles.reasons.SIGN_OUT`), `note` a line of theirs.
    """
    rows = Session.objects.filter(_stands(), pk=session.pk)
    ended = rows.update(ended_at=timezone.now(), ended_reason=reason)
    if ended:
        about, told = session.newest.authenticator_id, noted(note)
        name = EventName.SESSION_ENDED
        record(name, actor=by, reason=reason, profile=session.profile, authenticator_id=about, details=told)
        vouching.end(profile=session.profile, session_ids=[session.pk])
    return bool(ended)


@transaction.atomic
def end_all(*, profile: Profile, by: str, reason: str, note: str = "", but: UUID | None = None) -> int:
    """End every session of a person, but for the one that is named. Returns how many there were."""
    rows = standing(profile).select_related(*WITH)
    if but:
        rows = rows.exclude(pk=but)
    return sum(end(session=one, by=by, reason=reason, note=note) for one in rows.order_by("pk"))
