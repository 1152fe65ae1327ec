"""A forgotten password of an app: a code by mail, then the app's code, then a new password.

All of it is kept sealed with a visit of its own, whose browser gets another token, and twenty minutes, at each proof.
Somebody to whom no code goes sees the same pages, and gets no further than the first code.
"""

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from authenticators.models import Authenticator
from authenticators.totp import guessing, limits, proving
from authenticators.totp.kind import KIND
from authenticators.totp.whose import Whose, swap
from authenticators.totp.words import Why
from careid.errors import Refused
from careid.limits import counting
from careid.people.models import Profile
from careid.post import outbox
from careid.storing import crypto
from careid.trail.names import EventName
from careid.trail.record import record
from sign_in import trail, visits
from sign_in.models import Visit

SLUG: Final = f"{KIND.slug}_forgotten"
CODE, APP, PASSWORD, DONE = "code", "app", "password", "done"  # what comes next
TRIES_MOST: Final = 5  # a code by mail; and the app's codes after it
DIGITS: Final = 6
NOBODY: Final = 0  # no profile's key: looked for all the same
KEPT: Final = (
    *("kinds", "level", "fresh", "profile_id", "authenticator_id", "then", "then_id", "origin", "client", "service"),
)
Entry = dict[str, Any]


def read(visit: Visit | None) -> Entry:
    """How far a visit has come; empty where it has not begun, or is over."""
    return visits.read(visit, SLUG) if visit and not visit.is_over else {}


def ask(*, who: Whose, written: str, instead: Visit) -> Visit:
    """Mail a code to whoever has an app and this address; the same work for anybody else. Returns the visit of it.

    It leads on to where the one `instead` of which it comes would have led. Locked after six in an hour, ten in a day.
    """
    subject, here = who.browser or who.email, who.here
    sends = ((limit, subject) for limit in (limits.CODES_HOUR, limits.CODES_DAY))
    counting.hit_or_lock((limits.CODES_ADDRESS, here.address), *sends, room=here.room)
    profile = who.profile if who.profile and who.profile.is_open and not who.profile.reported_at else None
    code, salt = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", secrets.token_hex(16)
    entry = {
        "stage": CODE,
        "email": who.email,
        "written": written,
        "subject": subject,
        "profile": profile.pk if profile else None,
        "salt": salt,
        "digest": _digests(salt, code)[0],
        "until": (timezone.now() + settings.CODE_LIFE).timestamp(),
        "tries": 0,
        "for": read(instead).get("for", instead.purpose),
    }
    fields = {name: getattr(instead, name) for name in KEPT}
    with transaction.atomic():
        visit = visits.begin(purpose=Visit.Purpose.FORGOTTEN, pending={SLUG: entry}, **fields)
        record(EventName.EMAIL_CODE_SENT, outcome="ok" if profile else "withheld", profile=profile)
        context = {"code": code, "minutes": settings.CODE_LIFE.seconds // 60}
        good_for = settings.CODE_LIFE - settings.CODE_WORTH_SENDING
        outbox.send("new_password_code", profile=profile, context=context, good_for=good_for)
    return visit


def check_mailed(*, visit: Visit, typed: str, who: Whose) -> None:
    """Spend one try on six typed digits: the right ones lead to the app's code, for a browser with another token.

    Refused: `expired`, `spent` (five tries), `wrong`. Locked after 25 wrong ones of this address in a day.
    """
    _good(read(visit))
    day = (limits.CODES_WRONG, str(read(visit)["subject"]))
    verdict = counting.hit(day)
    if verdict.just_reached:
        guessing.tell(who, verdict, mail="new_password_locked")
    if verdict.locked:
        raise counting.Locked(verdict)
    with _held(visit) as (row, entry):
        right = _is(entry, "digest", typed) and entry["profile"] is not None
        if entry["stage"] == CODE:
            _good(entry)
            entry["tries"] += 1
        if not right:
            about = Profile.objects.select_related("organisation").filter(pk=entry["profile"] or NOBODY).first()
            record(EventName.EMAIL_CODE_REJECTED, outcome="refused", reason=Why.WRONG, profile=about)
            raise Refused("wrong")
        _go_on(visit, row, entry, since=CODE, to=APP)
    counting.take_back(day)


def check_app(*, visit: Visit, typed: str, who: Whose) -> None:
    """Spend one try on the app's code: the right one is used up, and leads to a new password of that app.

    A wrong one counts as a wrong sign-in. Refused: `wrong`, `spent` (five), `suspended`. Locked as signing in is.
    """
    guessing.count(who)
    with _held(visit) as (row, entry):
        again = entry["stage"] == PASSWORD and _is(entry, "took", typed)  # the second of two presses
        app = None if again else _shows(who, entry, typed)
        if app:
            entry |= {"app": str(app.pk), "took": _digests(entry["salt"], typed)[0]}
        if app or again:
            _go_on(visit, row, entry, since=APP, to=PASSWORD)
    guessing.forgive(who)


def _shows(who: Whose, entry: Entry, typed: str) -> Authenticator:
    """The app that shows this code, whose step is spent. A wrong one is counted, noted and Refused."""
    if entry["stage"] != APP or entry["tries"] >= TRIES_MOST:
        raise Refused("spent")
    entry["tries"] += 1
    mine = who.profile is not None and who.profile.pk == entry["profile"]
    fits = [one for one in proving.fitting(who, typed, timezone.now()) if mine and not one.minutes]
    for one in fits:
        if not one.used and swap(app=one.app, material={**one.app.material, "step": one.step}):
            if one.app.state != Authenticator.State.ACTIVE:
                raise Refused("suspended", app=str(one.app.pk))
            return one.app
    trail.note(kind=KIND, reason=Why.USED if fits else Why.WRONG, profile=who.profile)
    raise Refused("spent" if entry["tries"] == TRIES_MOST else "wrong")


def _good(entry: Entry) -> None:
    if entry["tries"] >= TRIES_MOST:
        raise Refused("spent")
    if timezone.now().timestamp() >= entry["until"]:
        raise Refused("expired")


def _go_on(visit: Visit, row: Visit, entry: Entry, *, since: str, to: str) -> None:
    """Come to the next stage, with another token: of two presses with the same right code, both get the same one."""
    if entry["stage"] == since:
        entry |= {"stage": to, "tries": 0}
        visits.renew(visit=row, token=visit.token)
    visit.token = visits.next_token(visit)


def _digests(salt: str, code: str) -> list[str]:
    """What is kept of a code, under each key: the newest key's first."""
    return [mac.hex() for mac in crypto.macs("new password", salt, code)]


def _is(entry: Entry, name: str, typed: str) -> bool:
    kept = str(entry.get(name, ""))
    return any(hmac.compare_digest(one, kept) for one in _digests(entry["salt"], typed))


@contextmanager
def _held(visit: Visit) -> Iterator[tuple[Visit, Entry]]:
    """The visit's row and its entry, to change in place: locked until the block ends, and kept where it refuses too."""
    refusal = None
    with transaction.atomic():
        row = Visit.objects.select_for_update(no_key=True).get(pk=visit.pk)
        entry = dict(visits.read(row, SLUG))
        if not entry:
            raise Refused("spent")
        try:
            yield row, entry
        except Refused as no:
            refusal = no
        row.pending = {**(row.pending or {}), SLUG: entry}
        row.save(update_fields=["pending", "token_hash", "started_at"])
    if refusal:
        raise refusal
