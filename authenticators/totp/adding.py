"""Adding an app, between its first page and its proof: what is pending, counted under the attempt's lock."""

from typing import Any, Final
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from authenticators import actions
from authenticators.models import Authenticator
from authenticators.totp import otp
from authenticators.totp.kind import KIND
from authenticators.totp.words import Why
from careid.errors import Refused, counted
from careid.storing import database
from enrolment import email_codes
from enrolment.models import Attempt

TRIES_MOST: Final = 10  # a key
KEYS_MOST: Final = 3  # an attempt


def pending(attempt: Attempt) -> dict[str, Any]:
    """What this attempt has done so far: `sole_access`, `password` (its hash), `key`, `tries`, `keys`."""
    found: dict[str, Any] = (attempt.pending or {}).get(KIND.slug, {})
    return found


def tick(*, attempt: Attempt) -> None:
    """The person says that only they have the app."""
    _update(attempt, sole_access=True)


def set_password(*, attempt: Attempt, password: str) -> None:
    """Keep the password's hash, and make the key: once, so that coming back to this page doesn't void a scanned one."""
    database.let_go()  # two hash at a time: who waits holds nothing that others need
    hashed = make_password(password)
    _update(attempt, password=hashed)


def _update(attempt: Attempt, **fields: Any) -> None:
    if attempt.pending is not None and attempt.swap_pending(_with(attempt, fields)):
        return
    with transaction.atomic():  # somebody else wrote it since this request read it
        fresh = Attempt.objects.select_for_update().get(pk=attempt.pk)
        if fresh.pending is not None:
            fresh.pending = _with(fresh, fields)
            fresh.save(update_fields=["pending"])


def _with(attempt: Attempt, fields: dict[str, Any]) -> dict[str, Any]:
    """All that is pending, with these fields of ours."""
    entry = {"key": otp.new_key(), "tries": 0, "keys": 1, **pending(attempt), **fields}
    return {**(attempt.pending or {}), KIND.slug: entry}


def finish(*, attempt: Attempt, code: str) -> Authenticator:
    """Add the app if this is its code.

    Refused: `wrong`, `fast` and `slow` (with `minutes`), `email_code`, `new_key` (ten wrong ones), `no_more_keys`
    (thirty), and those of `actions.add`.
    """
    with transaction.atomic():
        fresh = attempt.held()
        result = _add(attempt, fresh, pending(fresh), code)
    if isinstance(result, Refused):  # raised out here, so that what it counted stays
        raise result
    return result


def _add(attempt: Attempt, fresh: Attempt, entry: dict[str, Any], code: str) -> Authenticator | Refused:
    accepted, refusal = _judge(fresh, entry, code)
    if refusal:
        return refusal
    material = {"key": entry["key"], "step": accepted, "password": entry["password"]}
    try:
        return actions.add(attempt=attempt, fresh=fresh, kind=KIND, external_id=uuid4().hex, material=material)
    except Refused as refused:
        return refused


def _judge(fresh: Attempt, entry: dict[str, Any], code: str) -> tuple[int | None, Refused | None]:
    if not entry:
        return None, Refused("not_verified")
    if entry["keys"] > KEYS_MOST:
        return None, Refused(Why.NO_MORE_KEYS)
    accepted = otp.accepted_step(entry["key"], code, timezone.now())
    return accepted, None if accepted is not None else _refuse(fresh, entry, code)


def _refuse(fresh: Attempt, entry: dict[str, Any], code: str) -> Refused:
    """Count a wrong code, and say what it tells."""
    entry = {**entry, "tries": entry["tries"] + 1}
    out = otp.minutes_out(entry["key"], code, timezone.now())
    why, facts = Why.WRONG, {}
    if entry["tries"] >= TRIES_MOST:
        entry |= {"key": otp.new_key(), "tries": 0, "keys": entry["keys"] + 1}
        why = Why.NEW_KEY if entry["keys"] <= KEYS_MOST else Why.NO_MORE_KEYS
    elif out is not None:
        why, facts = Why.FAST if out > 0 else Why.SLOW, {"minutes": counted(abs(out), "minute")}
    elif email_codes.is_of(fresh, code):
        why = Why.EMAIL_CODE
    fresh.pending = _with(fresh, entry)
    fresh.save(update_fields=["pending"])
    actions.rejected(attempt=fresh, kind=KIND, reason=why)
    return Refused(why, **facts)
