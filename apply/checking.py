"""The check of who applies: how it was done, by whom, and which documents were seen, by their types alone."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone

from apply import oneself as themselves
from apply import routes, telling
from apply.models import Application
from careid.errors import Refused
from careid.trail.names import EventName
from careid.trail.record import record


def record_check(
    *,
    application: Application,
    by: str,
    oneself: bool,
    checked: str,
    checked_by: str,
    route: str,
    documents: Collection[str],
    note: str = "",
) -> bool:
    """Record how identity was checked, in place of what was recorded before. Returns True.

    `checked` is `in_person` or `video`; `checked_by` who did it, who hears of it where that is not `by`; `oneself`,
    whether the application is that of `by`. The note is wiped 30 days after the decision. ValueError for a word that
    is of no list. Refused: `oneself`, of either of the two; `documents`, which are too few for the route; `decided`.
    """
    if checked not in Application.Checked or route not in routes.ROUTES or not routes.DOCUMENTS.keys() >= {*documents}:
        raise ValueError("how, the route or a document is of no list")
    if oneself or themselves.is_actors(checked_by, application):
        raise Refused("oneself")
    if routes.missing(route, documents):
        raise Refused("documents")
    facts = {"checked": checked, "checked_by": checked_by, "route": route, "documents": sorted({*documents})}
    with transaction.atomic():
        waits = _record(application.pk, by=by, facts=facts, note=note)
    application.refresh_from_db()
    if not waits:
        raise Refused("decided")
    return True


def _record(pk: object, *, by: str, facts: Mapping[str, object], note: str) -> bool:
    fresh = Application.locked(pk)
    if fresh.state != Application.State.WAITING:
        return False
    vars(fresh).update(facts, checked_at=timezone.now(), note=note or None)
    fresh.save(update_fields=[*facts, "checked_at", "note"])
    record(EventName.APPLICATION_CHECKED, actor=by, details=facts, **fresh.invitation.in_trail)
    telling.who_checked(fresh, by=by)
    return True
