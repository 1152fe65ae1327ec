"""The desk's list of invitations as a file."""

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from apply.models import Invitation
from careid.trail.names import EventName
from desk import exports, invitation_words

COLUMNS: Final = (
    *("reference", "given_name", "family_name", "email", "organisation", "state", "how_far"),
    *("invited", "link_sent", "link_works_until", "reminders", "opened", "submitted", "ended"),
)


def download(rows: "QuerySet[Any]", *, by: str, organisations: list[str]) -> StreamingHttpResponse:
    """These invitations as CSV; that the file was asked for stands in the trail first, as of a list of people."""
    exports.note(EventName.INVITATIONS_EXPORTED, rows, by=by, organisations=organisations)
    return exports.attached(_rows(rows), "invitations.csv")


def _rows(rows: "QuerySet[Any]") -> Iterator[list[object]]:
    yield list(COLUMNS)
    for keys in exports.chunks(rows):
        found = Invitation.objects.filter(pk__in=keys).select_related("organisation", "mail").defer("note")
        for one in found.order_by("pk"):
            ends = one.expires_at if invitation_words.lives(one) else None
            moments = (one.made_at, one.sent_at, ends, one.reminded, one.opened_at, one.submitted_at, one.ended_at)
            named = (one.reference, one.given_name, one.family_name, one.email, one.organisation.code)
            yield [*named, one.state, invitation_words.how_far(one), *map(exports.cell, moments)]
