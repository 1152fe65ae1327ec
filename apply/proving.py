"""The mailed code of an invitation, typed: each try is counted before it is compared."""

from typing import Any, Final, NoReturn

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from apply import codes, limits, opening, standing, tokens
from apply.models import CODES_MOST, Invitation
from careid.errors import Refused
from careid.limits import counting
from careid.storing import crypto
from careid.trail.names import EventName
from careid.trail.record import record

State = Invitation.State


def check(*, invitation: Invitation, browser: str, typed: str) -> str:
    """Spend one try on six typed digits. Right ones prove the mailbox; returns the token that follows on `browser`.

    Refused: `wrong`, `run_out`, `blocked` (six wrong ones, or no code is left to send), `gone`. Locked after 25 wrong
    ones for that address in a day, whoever invites it.
    """
    tried = _take_try(invitation, browser)
    if tried is None:
        return second_press(browser=browser, typed=typed) or _gone()
    _count(tried)
    if codes.is_right(tried, typed):
        accepted = _accept(tried, browser)
        _take_back(tried)
        # Of two presses at once the other may have been accepted.
        return tokens.proved(browser)[0] if accepted else second_press(browser=browser, typed=typed) or _gone()
    _rejected(tried)
    if tried.wrong >= CODES_MOST:
        opening.block(tried, reason="wrong_codes")
        raise Refused("blocked")
    raise Refused("wrong")


def second_press(*, browser: str, typed: str) -> str | None:
    """The token for the second of two presses, where the first proved the mailbox a moment ago with the same code.

    A press with another code is a guess, and counts.
    """
    next_hashes = [crypto.token_hash(one) for one in tokens.proved(browser)] if browser else []
    just_now = {"state": State.PROVED, "proved_at__gt": timezone.now() - tokens.A_MOMENT}
    proved = Invitation.objects.select_related("organisation").filter(browser_hash__in=next_hashes, **just_now).first()
    trying = Invitation.objects.filter(pk=proved.pk, wrong__lt=CODES_MOST) if proved else Invitation.objects.none()
    if proved is None or not trying.update(wrong=F("wrong") + 1):
        return None
    _count(proved)
    if not codes.is_right(proved, typed):
        _rejected(proved)
        return None
    _take_back(proved)
    kept = bytes(proved.browser_hash or b"")
    return next((one for one in tokens.proved(browser) if crypto.token_hash(one) == kept), None)


# One statement counts the try before anything is compared, so that forty at once get six.
_TAKE_TRY: Final = """UPDATE apply_invitation SET wrong = wrong + 1
    WHERE id = %(pk)s AND state = 'opened' AND browser_hash = %(browser)s AND wrong < %(most)s
        AND code_issued_at > %(issued)s AND expires_at > %(now)s
    RETURNING wrong, sends, codes, code_digest"""


def _take_try(invitation: Invitation, browser: str) -> Invitation | None:
    now, mine = timezone.now(), crypto.token_hash(browser)
    values: dict[str, Any] = {"pk": invitation.pk, "browser": mine, "most": CODES_MOST, "now": now}
    values["issued"] = now - settings.CODE_LIFE
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_TRY, values)
        tried = cursor.fetchone()
    if tried is None:
        _no_try(invitation, browser)
        return None
    invitation.wrong, invitation.sends, invitation.codes, invitation.code_digest = tried
    return invitation


def _no_try(invitation: Invitation, browser: str) -> None:
    """Refuse where the code is dead; None where the invitation is no longer open in this browser."""
    row = Invitation.objects.select_related("organisation").get(pk=invitation.pk)
    if row.state != State.OPENED or not standing.is_of(row, browser) or standing.shut(row):
        return
    spent = row.wrong >= CODES_MOST
    if spent or not codes.left(row):
        opening.block(row, reason="wrong_codes" if spent else "codes")
        raise Refused("blocked")
    raise Refused("run_out")


def _gone() -> NoReturn:
    raise Refused("gone")


def _count(tried: Invitation) -> None:
    counting.hit_or_lock((limits.CODE_WRONG, tried.email), reference=tried.reference)


def _take_back(tried: Invitation) -> None:
    """Take a try off that was right: what is counted are wrong ones."""
    Invitation.objects.filter(pk=tried.pk, sends=tried.sends, wrong__gt=0).update(wrong=F("wrong") - 1)
    counting.take_back((limits.CODE_WRONG, tried.email))


def _rejected(tried: Invitation) -> None:
    record(EventName.INVITATION_CODE_REJECTED, outcome="refused", reason="wrong", **tried.in_trail)


@transaction.atomic
def _accept(tried: Invitation, browser: str) -> bool:
    """Whether the code was unused and the invitation still this browser's. Of two at once one finds the row so."""
    same = {"browser_hash": crypto.token_hash(browser), "code_digest": tried.code_digest, "sends": tried.sends}
    opened = Invitation.objects.filter(pk=tried.pk, state=State.OPENED, **same)
    now, after = timezone.now(), crypto.token_hash(tokens.proved(browser)[0])
    accepted = opened.update(state=State.PROVED, proved_at=now, browser_hash=after)
    if accepted:
        record(EventName.INVITATION_PROVED, **tried.in_trail)
    return bool(accepted)
