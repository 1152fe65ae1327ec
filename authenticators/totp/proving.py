"""Signing in with an app: address and password, then the app's code, and all of it judged together.

The code comes first: it costs next to nothing, and only one that fits is worth a password's hash. What was typed waits
sealed in the visit for five minutes, and is wiped at the judgement.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from authenticators.models import Authenticator
from authenticators.totp import guessing, otp
from authenticators.totp.kind import KIND
from authenticators.totp.whose import Whose, swap
from authenticators.totp.words import Why
from careid.errors import Refused, counted
from careid.storing import crypto, database
from sign_in import trail, visits
from sign_in.models import Visit

WAITS: Final = timedelta(minutes=5)  # what was typed, for the code
DECOYS: Final = tuple(otp.new_key() for _ in range(KIND.most))  # tried in place of the apps that somebody has not


@dataclass(frozen=True)
class Typed:
    """What waits for the code: an address as typed and as it is compared, and the password in its normal form."""

    written: str
    email: str
    password: str


@dataclass(frozen=True)
class Fit:
    """An app whose code was typed, and the step of that code. `minutes` is how far its clock is out, 0 where well."""

    app: Authenticator
    step: int
    minutes: int
    used: bool


@dataclass(frozen=True)
class Proved:
    """Whose app it is, and what its row is to hold from now on: with the step that is spent."""

    app: Authenticator
    material: dict[str, Any]


def keep(*, visit: Visit, typed: Typed) -> None:
    """Let an address and a password wait for the code."""
    at = timezone.now().timestamp()
    visits.put(visit=visit, slug=KIND.slug, entry={**vars(typed), "at": at})


def kept(visit: Visit) -> Typed | None:
    """What waits for the code; None where nothing does, or its five minutes are over."""
    entry = dict(visits.read(visit, KIND.slug))
    at = entry.pop("at", 0.0)
    return Typed(**entry) if timezone.now().timestamp() - at < WAITS.total_seconds() else None


def wipe(visit: Visit) -> str:
    """Forget what waits. Returns the address as it was typed, empty where nothing waited."""
    return str(visits.take(visit=visit, slug=KIND.slug).get("written", ""))


def prove(*, typed: Typed, code: str, who: Whose) -> Proved:
    """Judge a code and what waited for it. `who` is whom the typed address names.

    Refused, each noted: `fast` and `slow` (with `minutes`) where all but the phone's clock is right; `wrong`, `used`
    and `password`, which a page must tell in the same words. Locked where too many were wrong.
    """
    guessing.count(who)
    now = timezone.now()
    fits = fitting(who, code, now)
    fresh = sorted((one for one in fits if not one.used), key=lambda one: abs(one.minutes))
    right = next((one for one in fresh if _is_of(one.app, typed.password)), None)
    if right and not right.minutes:
        proved = Proved(right.app, _spent(right, typed.password))
        guessing.forgive(who)
        return proved
    reason = _why(fits, right, now)
    trail.note(kind=KIND, reason=reason, profile=who.profile, authenticator=right.app if right else None)
    raise Refused(reason, minutes=counted(abs(right.minutes) if right else 0, "minute"))


def fitting(who: Whose, code: str, at: datetime) -> list[Fit]:
    """Each app that shows this code within ten steps of then. As many keys are tried, however many apps there are."""
    keys = [app.material["key"] for app in who.apps]
    steps = [otp.nearby(key, code, at) for key in (*keys, *DECOYS[len(keys) :])]
    return [_fit(app, step, at) for app, shown in zip(who.apps, steps, strict=False) for step in shown]


def _fit(app: Authenticator, step: int, at: datetime) -> Fit:
    minutes = 0 if otp.is_accepted(step, at) else otp.minutes_away(step, at)
    used = step <= app.material["step"] or step in app.material.get("told", ())
    return Fit(app, step, minutes, used)


def _is_of(app: Authenticator, password: str) -> bool:
    database.let_go()  # two hash at a time: who waits holds no connection
    return crypto.PEOPLES.verify(password, app.material["password"])


def _spent(right: Fit, password: str) -> dict[str, Any]:
    """What the row holds once this code is spent; the password is hashed anew where it was by older parameters."""
    material = {name: held for name, held in right.app.material.items() if name != "told"} | {"step": right.step}
    if told := [step for step in right.app.material.get("told", ()) if step > right.step]:
        material["told"] = told
    if crypto.PEOPLES.must_update(material["password"]):
        material["password"] = make_password(password, hasher=crypto.PEOPLES)
    return material


def _why(fits: list[Fit], right: Fit | None, now: datetime) -> Why:
    if right and _told(right, now):
        return Why.FAST if right.minutes > 0 else Why.SLOW
    if any(not one.used and not one.minutes for one in fits):
        return Why.PASSWORD
    return Why.USED if any(one.used for one in fits) else Why.WRONG


def _told(right: Fit, now: datetime) -> bool:
    """Spend the code of a clock that is out before anybody is told of it: it must not sign in once it is due."""
    told = [step for step in right.app.material.get("told", ()) if step >= otp.step_at(now) - otp.DRIFT]
    return swap(app=right.app, material={**right.app.material, "told": [*told, right.step]})
