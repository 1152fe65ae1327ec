"""Somebody of a move who wanted a call was called."""

from django.db import transaction
from django.utils import timezone

from careid.trail.names import EventName
from careid.trail.record import noted, record
from moves.models import Person


@transaction.atomic
def done(*, person: Person, by: str, note: str = "") -> bool:
    """Note that they were called, and forget when a call suited. Returns whether they waited for one."""
    mine = Person.objects.select_for_update(of=("self",), no_key=True)
    one = mine.select_related("move", "organisation", "profile__organisation").filter(pk=person.pk).first()
    if one is None or one.call != Person.Call.WANTED:
        return False
    one.call, one.called_at, one.called_by, one.when_words = Person.Call.DONE, timezone.now(), by, None
    one.save(update_fields=["call", "called_at", "called_by", "when_words"])
    code, details = one.organisation.code, {"move": one.move.slug, **noted(note)}
    record(EventName.MOVE_CALL_DONE, actor=by, profile=one.own_profile, organisation=code, details=details)
    return True
