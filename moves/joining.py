"""The lines of a file become people of a move, some at a time: whatever ends a worker, each line counts once."""

from typing import Final

from django.db import connection
from django.utils import timezone

from careid.people.models import Organisation
from careid.people.uploads import Upload, UploadLine
from careid.storing import copying, database
from careid.trail.names import EventName
from careid.trail.record import record_at_each
from moves import links, loading, matching, telling
from moves.models import Move, Person

AT_ONCE: Final = 2_000  # lines a transaction
# Whom another organisation invited has no invitation of this one.
_FOLLOW: Final = """
UPDATE moves_person p
SET given_name = l.given_name, family_name = l.family_name, organisation_id = o.id, way = l.way,
    invitation_id = CASE WHEN p.organisation_id = o.id THEN p.invitation_id END
FROM careid_uploadline l JOIN careid_organisation o ON o.code = l.organisation
WHERE l.id = ANY (%s) AND p.move_id = %s AND lower(p.email) = l.email
RETURNING l.email"""


def join(upload: Upload) -> None:
    """Take the file's good lines that were not taken yet. The last call ends the upload, or gives it up with the move.

    Once all are in, whoever is on file is found, and where the move runs they are told.
    """
    while _join_some(upload):
        pass


def _join_some(upload: Upload) -> int:
    with database.patiently():
        move = telling.locked(int(upload.about))
        if move.state not in loading.TAKES:
            _end(upload, Upload.State.GIVEN_UP)
            return 0
        codes = Organisation.objects.values("code")
        good = upload.lines.filter(done=False, fault="", organisation__in=codes).order_by("number")
        lines = list(good[:AT_ONCE])
        if lines:
            _add(move, lines)
        elif _end(upload, Upload.State.DONE):
            _follow(move, upload)
    return len(lines)


def _add(move: Move, lines: list[UploadLine]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, [[one.pk for one in lines], move.pk])
        known = {email for (email,) in cursor.fetchall()}
    keys = dict(Organisation.objects.filter(code__in={one.organisation for one in lines}).values_list("code", "pk"))
    copying.add([_new(move, one, keys) for one in lines if one.email not in known])
    UploadLine.objects.filter(pk__in=[one.pk for one in lines]).update(done=True)


def _new(move: Move, line: UploadLine, keys: dict[str, int]) -> Person:
    person = Person(
        move=move,
        email=line.email,
        given_name=line.given_name,
        family_name=line.family_name,
        organisation_id=keys[line.organisation],
        way=line.way,
    )
    person.token_hash = links.new(person.pk)
    return person


def _end(upload: Upload, state: Upload.State) -> bool:
    taken = Upload.objects.filter(pk=upload.pk, state=Upload.State.TAKEN)
    return bool(taken.update(state=state, done_at=timezone.now()))


def _follow(move: Move, upload: Upload) -> None:
    matching.match(move)
    done = upload.lines.filter(done=True)
    counts = {"move": move.slug, "rows": upload.rows, "failed": upload.rows - done.count()}
    codes = done.order_by("organisation").values_list("organisation", flat=True).distinct()
    record_at_each(EventName.MOVE_PEOPLE_LOADED, organisations=codes, actor=upload.by, details=counts)
    if move.state == Move.State.RUNNING:
        telling.defer(move)
