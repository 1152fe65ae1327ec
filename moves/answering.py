"""What people of a move answer. The last answer counts."""

from django.db import transaction
from django.utils import timezone

from careid.errors import Refused
from careid.limits import counting, limits
from careid.post import outbox
from careid.trail.names import EventName
from careid.trail.record import record
from moves import links, telling
from moves.models import Mailing, Move, Person

NONE = ""  # no answer: what somebody answered by mistake is taken back
_ENDS_EMAILS = frozenset({*Person.NO, Person.Answer.KEEP_SMARTCARD})
_AFTER_A_CALL = frozenset({Person.Answer.NO_PHONE, Person.Answer.NO_INVITATION})  # the call still helps


def answer(*, person: Person, answer: str, when: str = "") -> bool:
    """Keep one of `Person.Answer`, or NONE. Returns whether it is another than before.

    `when`, with `wants_call` alone, says when a call suits: whoever looks after that organisation is shown it. A no
    ends the wish for a call; it, and a smartcard that is kept, ends the emails that still wait. Refused: `over` (the
    move is not running), `not_theirs` (no smartcard to keep), `unknown` (the person is no longer in it). Locked after
    twenty an hour.
    """
    counting.hit_or_lock((limits.MOVE_ANSWERS, str(person.pk)))
    with transaction.atomic():
        mine = Person.objects.select_for_update(of=("self",), no_key=True).select_related(*links.WITH)
        one = mine.filter(pk=person.pk).first()
        reason = _against(one, answer) if one else "unknown"
        changed = _keep(one, answer, when) if one and not reason else False
    if reason:
        raise Refused(reason)
    return changed


def _against(one: Person, answer: str) -> str:
    if one.move.state != Move.State.RUNNING:
        return "over"
    keeps = answer == Person.Answer.KEEP_SMARTCARD
    return "not_theirs" if keeps and one.way != Person.Way.SMARTCARD else ""


def _keep(one: Person, answer: str, when: str) -> bool:
    calls = answer == Person.Answer.WANTS_CALL
    if one.answer == answer and not (calls and (one.call != Person.Call.WANTED or one.when_words != when)):
        return False
    one.answer, one.answered_at = answer, timezone.now() if answer else None
    if calls:
        one.call, one.when_words, one.called_at, one.called_by = Person.Call.WANTED, when, None, ""
    elif one.call == Person.Call.WANTED and answer not in _AFTER_A_CALL:
        one.call, one.when_words = Person.Call.NONE, None
    one.save(update_fields=["answer", "answered_at", "call", "when_words", "called_at", "called_by"])
    if answer in _ENDS_EMAILS:
        theirs = Mailing.objects.filter(person=one, mail__isnull=False).values_list("mail", flat=True)
        outbox.drop(about=telling.about(one.move), among=list(theirs))
    about = {"move": one.move.slug, "answer": answer or "none"}
    record(EventName.MOVE_ANSWERED, profile=one.own_profile, organisation=one.organisation.code, details=about)
    return True
