"""From the link to the code: each press decides under the row's lock, and of several browsers the last one goes on."""

from django.db import transaction
from django.utils import timezone

from apply import codes, standing, tokens
from apply.models import Invitation
from careid.errors import Refused, counted
from careid.limits import counting
from careid.limits.limits import CODE_SENDS_ALL
from careid.storing import crypto
from careid.trail.names import EventName
from careid.trail.record import record

State = Invitation.State


def open_(*, invitation: Invitation, browser: str, pressed: str) -> str:
    """Go on in this browser, and mail a code where none lives that was asked for there. Returns its cookie's token.

    `browser` is the token that it holds, and `pressed` what its form brought. In another browser than before it begins
    anew, and the cookie of before is dead. Refused: what `standing.shut` says; `unknown`, where the link was replaced.
    """
    token, sent = tokens.opened(invitation, pressed), False
    with transaction.atomic():
        row = _held(invitation)
        reason = standing.shut(row) if row.sends == invitation.sends else "unknown"
        mine = "" if reason else _goes_on(row, browser, token)
        if not (reason or mine):
            reason = _begin(row, token)
            sent = not reason
    if reason:
        raise Refused(reason)
    if sent:
        counting.hit((CODE_SENDS_ALL, ""), reference=row.reference)
    return mine or token


def again(*, invitation: Invitation, browser: str) -> None:
    """Mail another code to who opened it in this browser. Refused: `too_soon`, `blocked` (six were sent), `gone`."""
    with transaction.atomic():
        row = _held(invitation)
        reason = _why_no_code(row, browser)
        if not reason:
            codes.send(row)
        elif reason == "blocked":
            block(row, reason="codes")
    if reason:
        raise Refused(reason, wait=counted(codes.wait(row) or 1, "second"))
    counting.hit((CODE_SENDS_ALL, ""), reference=row.reference)


@transaction.atomic
def block(invitation: Invitation, *, reason: str) -> None:
    """End what its link leads on to, until whoever invited sends another: `codes` or `wrong_codes` were too many."""
    living = Invitation.objects.filter(pk=invitation.pk, sends=invitation.sends, state__in=Invitation.LIVE)
    if living.update(state=State.BLOCKED, ended_at=timezone.now(), code_digest=None):
        record(EventName.INVITATION_BLOCKED, outcome="refused", reason=reason, **invitation.in_trail)


def _held(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    return rows.get(pk=invitation.pk)


def _goes_on(row: Invitation, browser: str, token: str) -> str:
    """The token of this browser, if it opened this link and has something to go on with; else empty."""
    mine = next((one for one in (browser, token) if standing.is_of(row, one)), "")
    lives = standing.code_lives(row) if row.state == State.OPENED else not standing.timed_out(row)
    return mine if lives else ""


def _begin(row: Invitation, token: str) -> str:
    if not codes.left(row):
        block(row, reason="codes")
        return "blocked"
    before, now = row.opened_at, timezone.now()
    row.state, row.opened_at, row.proved_at = State.OPENED, before or now, None
    row.browser_hash = crypto.token_hash(token)
    row.save(update_fields=["state", "opened_at", "proved_at", "browser_hash"])
    record(EventName.INVITATION_OPENED, reason="opened_again" if before else "", **row.in_trail)
    codes.send(row)
    return ""


def _why_no_code(row: Invitation, browser: str) -> str:
    against = {
        "gone": row.state != State.OPENED or not standing.is_of(row, browser) or standing.shut(row),
        "blocked": not codes.left(row),
        "too_soon": codes.wait(row),
    }
    return next((reason for reason, holds in against.items() if holds), "")
