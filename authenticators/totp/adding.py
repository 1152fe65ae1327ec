"""Adding an app, between its first page and its proof, where wrong codes count under the attempt's lock.

Pending meanwhile: `sole_access`, `password` (its hash), `key`, `tries` (of the key), `keys`.
"""

from typing import Any, Final
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from authenticators import actions
from authenticators.models import Authenticator
from authenticators.totp import otp
from authenticators.totp.kind import KIND
from authenticators.totp.limits import PASSWORDS
from authenticators.totp.words import Why
from careid.errors import Refused, counted
from careid.limits import counting
from careid.storing import crypto, database
from enrolment import email_codes, pending
from enrolment.models import Attempt
from enrolment.pending import Entry

TRIES_MOST: Final = 10  # a key
KEYS_MOST: Final = 3  # an attempt


def tick(*, attempt: Attempt) -> None:
    """The person says that only they have the app."""
    _keep(attempt, sole_access=True)


def set_password(*, attempt: Attempt, password: str) -> None:
    """Keep the password's hash, and make the key: once, so that coming back to this page voids no scanned key.

    Locked after ten in a quarter of an hour.
    """
    counting.hit_or_lock((PASSWORDS, str(attempt.pk)), reference=attempt.reference)
    database.let_go()  # two hash at a time: who waits holds no connection
    hashed = make_password(password, hasher=crypto.PEOPLES)
    _keep(attempt, password=hashed)


def _keep(attempt: Attempt, **fields: Any) -> None:
    new = {"key": otp.new_key(), "tries": 0, "keys": 1}
    pending.change(attempt, KIND.slug, lambda entry: {**new, **entry, **fields})


def finish(*, attempt: Attempt, code: str) -> Authenticator:
    """Add the app if this is the code that it shows.

    Refused: `wrong`, `fast` and `slow` (with `minutes`), `email_code`, `new_key` (ten wrong ones), `no_more_keys`
    (thirty), and those of `actions.add`.
    """
    with pending.held(attempt, KIND.slug) as (fresh, entry):
        step = _judge(fresh, entry, code)
        material = {"key": entry["key"], "step": step, "password": entry["password"]}
        return actions.add(attempt=attempt, fresh=fresh, kind=KIND, external_id=uuid4().hex, material=material)


def _judge(fresh: Attempt, entry: Entry, code: str) -> int:
    """The time step of a right code. A wrong one is counted, noted and Refused."""
    if not entry:
        raise Refused("not_verified")
    if entry["keys"] > KEYS_MOST:
        raise Refused(Why.NO_MORE_KEYS)
    step = otp.accepted_step(entry["key"], code, timezone.now())
    if step is None:
        out = otp.minutes_out(entry["key"], code, timezone.now()) or 0
        reason = _count(entry) or _why_wrong(fresh, code, out)
        actions.rejected(attempt=fresh, kind=KIND, reason=reason)
        raise Refused(reason, minutes=counted(abs(out), "minute"))
    return step


def _count(entry: Entry) -> Why | None:
    """Count a wrong code; the reason to tell where that was the last one of its key."""
    entry["tries"] += 1
    if entry["tries"] < TRIES_MOST:
        return None
    entry |= {"key": otp.new_key(), "tries": 0, "keys": entry["keys"] + 1}
    return Why.NEW_KEY if entry["keys"] <= KEYS_MOST else Why.NO_MORE_KEYS


def _why_wrong(fresh: Attempt, code: str, minutes_out: int) -> Why:
    if minutes_out:
        return Why.FAST if minutes_out > 0 else Why.SLOW
    return Why.EMAIL_CODE if email_codes.is_of(fresh, code) else Why.WRONG
