"""Whether somebody who applied comes on file. Nobody decides about themselves, nor alone whom they invited.

Who is on file elsewhere is told to nobody here: approving answers `ask_operator`, whether the number or the address is
there. That counts as a number check by whoever invited: they chose whose details are tried. Where no account of the
desk did, by whoever decides: what invites by itself has no limit that all would share.
"""

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apply import duplicates, reasons, telling, user_ids
from apply.models import Application, Invitation
from careid.errors import Refused
from careid.limits import counting, limits
from careid.people.models import Profile
from careid.trail import actors
from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import noted, record
from profiles import creating

if TYPE_CHECKING:
    from django.db.models import QuerySet

State = Application.State
IDENTITY_LEVEL: Final = 3  # that of somebody whose documents were seen
SOURCE: Final = "apply"
NAMES: Final = ("invitation", "application")  # which a profile can carry: as they were invited, as on their documents
ASK: Final = "ask_operator"


def approve(
    *,
    application: Application,
    by: str,
    oneself: bool,
    among: "QuerySet[Profile]",
    names: str = "invitation",
    note: str = "",
) -> Profile:
    """Make the profile, with a user id of the range, and tell the person. Returns it.

    `oneself` is whether the application is that of `by`, and `among` are the profiles that `by` may see. Refused:
    `decided`, `oneself`, `four_eyes`, `not_checked`; `old_key`, where the number has to be typed again; `no_range`,
    `range_full`; `has_profile`, with that one's key as `profile`; `ask_operator`, where one that `by` may not see has
    the number or the address; what `creating.create` says, of two at once. counting.Locked past the inviter's limit.
    """
    if names not in NAMES:
        raise ValueError("the names are those of the invitation or of the application")
    inviters_check = (limits.NINO_CHECKS, _whose_check(application, by=by))
    counting.hit_or_lock(inviters_check)  # whatever the answer will be, so that being locked tells nothing either
    with transaction.atomic():
        made = _approve(application.pk, by=by, oneself=oneself, among=among, names=names, note=note)
    if not (isinstance(made, Refused) and made.reason == ASK):
        counting.take_back(inviters_check)
    application.refresh_from_db()
    if isinstance(made, Refused):
        raise made
    return made


def reject(*, application: Application, by: str, oneself: bool, reason: str, note: str = "") -> bool:
    """Say no, with a reason of `reasons.REJECTIONS`, and tell the person what to do about it. Returns True.

    Refused: `decided`, `oneself`. KeyError for another reason.
    """
    why = reasons.REJECTIONS[reason]
    with transaction.atomic():
        fresh = Application.locked(application.pk)
        against = _against_both(fresh, oneself=oneself)
        if not against:
            _decide(fresh, State.REJECTED, by=by, reason=reason)
            about, told = fresh.invitation.in_trail, noted(note)
            record(EventName.APPLICATION_REJECTED, actor=by, reason=reason, details=told, **about)
            telling.rejected(fresh.invitation, why)
    application.refresh_from_db()
    if against:
        raise Refused(against)
    return True


def apart(application: Application, *, by: str) -> None:
    """Refused `four_eyes`, where `by` invited them, or had a move do so, and another pair of eyes is asked for."""
    if settings.APPLY_FOUR_EYES and (application.invitation.by == by or _had_invited(application.invitation, by)):
        raise Refused("four_eyes")


def _had_invited(invitation: Invitation, by: str) -> bool:
    """Whether it went by itself to somebody of a file, and `by` loaded one that named people of that organisation."""
    loaded = Event.objects.filter(name=EventName.MOVE_PEOPLE_LOADED, outcome="ok", actor=by)
    return invitation.by == actors.SYSTEM and loaded.filter(organisation=invitation.organisation.code).exists()


def _whose_check(application: Application, *, by: str) -> str:
    invited_by = application.invitation.by
    return by if actors.admin_key(invited_by) is None else invited_by


def _against_both(application: Application, *, oneself: bool) -> str:
    """Why neither yes nor no can be said, a word; empty where it can."""
    return "decided" if application.state != State.WAITING else "oneself" if oneself else ""


def _against(application: Application, *, by: str, oneself: bool) -> str:
    """Why yes can't be said, whoever is on file; empty where it can."""
    if reason := _against_both(application, oneself=oneself):
        return reason
    try:
        apart(application, by=by)
    except Refused as refused:
        return refused.reason
    if application.checked_at is None:
        return "not_checked"
    return "" if duplicates.of_today(application) else "old_key"


def _approve(
    pk: object, *, by: str, oneself: bool, among: "QuerySet[Profile]", names: str, note: str
) -> Profile | Refused:
    fresh = Application.locked(pk)
    if reason := _against(fresh, by=by, oneself=oneself):
        return Refused(reason)
    try:
        user_id = user_ids.next_free()  # whoever else approves waits here, and then sees whom this one made
        if found := _on_file(fresh, by=by, among=among):
            return found
        made = _create(fresh, user_id, by=by, names=names)
    except Refused as refused:  # by another door somebody came on file at this very moment
        return _on_file(fresh, by=by, among=among) or refused
    _decide(fresh, State.APPROVED, by=by, profile=made)
    record(
        EventName.APPLICATION_APPROVED,
        actor=by,
        profile=made,
        reference=fresh.invitation.reference,
        details={"checked_by": fresh.checked_by} | noted(note),
    )
    telling.approved(made, fresh.invitation)
    return made


def _create(application: Application, user_id: str, *, by: str, names: str) -> Profile:
    named = application.invitation if names == "invitation" else application
    return creating.create(
        user_id=user_id,
        given_name=named.given_name,
        family_name=named.family_name,
        organisation=application.organisation,
        email=application.invitation.email,
        fingerprints=duplicates.of_today(application),
        identity_level=IDENTITY_LEVEL,
        source=SOURCE,
        by=by,
    )


def _on_file(application: Application, *, by: str, among: "QuerySet[Profile]") -> Refused | None:
    """Whose the number or the address is: one of those that `by` may see, or somebody whom nobody here may name."""
    found = list(duplicates.on_file(application).select_related("organisation").order_by("pk"))
    mine = among.filter(pk__in=[one.pk for one in found]).order_by("pk").first()
    if not found:
        return None
    refused = Refused("has_profile", profile=str(mine.pk)) if mine else Refused(ASK)
    about = application.invitation.in_trail
    record(EventName.APPLICATION_APPROVED, outcome="refused", reason=refused.reason, actor=by, **about)
    if not mine:
        for one in found:
            telling.on_file(one, application.invitation)
    return refused


def _decide(application: Application, state: str, *, by: str, reason: str = "", profile: Profile | None = None) -> None:
    pk, now = application.pk, timezone.now()
    Application.objects.filter(pk=pk).update(state=state, decided_by=by, decided_at=now, reason=reason)
    ended = {"state": state, "ended_at": now, "profile": profile}
    Invitation.objects.filter(pk=application.invitation_id).update(**ended)
