"""A file of people to invite: its lines are looked at, shown, and then invited some at a time by a worker."""

from collections.abc import Collection
from typing import Any, BinaryIO, Final

from django.db import connection
from django.utils import timezone

from apply import inviting
from apply.inviting import Asked
from careid.people import cells, staging
from careid.people.models import Organisation
from careid.people.uploads import Upload, UploadLine
from careid.storing import database
from profiles import notes

ONCE: Final = ("email", "organisation")
COLUMNS: Final = ("email", "given_name", "family_name", "organisation")
MAY: Final = ("note",)
SEND: Final = "apply.send_file"  # the job, by its name: `apply.jobs` has it
AT_ONCE: Final = 1_000  # lines a transaction
INVITED: Final = "email has an invitation already"
NOWHERE: Final = "organisation is none that you look after"  # the same for one of somebody else and for one that isn't
# Postgres takes a new file for one line, since nothing has counted it: so none of these leaves how to join to that.
_THEIRS: Final = """
UPDATE careid_uploadline SET fault = %(nowhere)s
WHERE upload_id = %(upload)s AND fault = '' AND NOT done AND organisation NOT IN (
    SELECT code FROM careid_organisation WHERE %(codes)s::text[] IS NULL OR code = ANY (%(codes)s::text[]))"""
_INVITED: Final = """
UPDATE careid_uploadline l SET fault = %(invited)s
WHERE l.upload_id = %(upload)s AND l.fault = '' AND NOT l.done AND (
    SELECT true FROM apply_invitation i JOIN careid_organisation o ON o.id = i.organisation_id
    WHERE lower(i.email) = l.email AND i.state IN ('sent', 'opened', 'proved') AND i.expires_at > %(now)s
        AND o.code = l.organisation LIMIT 1)"""


def judge(*, file: BinaryIO, by: str, codes: Collection[str] | None) -> Upload:
    """Look at each line of the file: whether it can be invited, and if not, why. Nobody is invited by it yet.

    `codes` are of the organisations that `by` looks after, None for all. BadFile, with words to show, where it is no
    such file.
    """
    purpose = Upload.Purpose.INVITATIONS
    with database.patiently():
        upload = staging.stage(
            file=file, purpose=purpose, by=by, wanted=COLUMNS, allowed=MAY, once=ONCE, check=_checked
        )
        _compare(upload, codes, _THEIRS, _INVITED)
        staging.tally(upload)
    return upload


def take(*, upload: Upload, wanted: str, by: str, codes: Collection[str] | None) -> None:
    """Have a worker invite who stands in the file: `all` of them, or the `valid` ones. The lines are compared again.

    Refused: `taken` (it was, or was given up), `faults` (all are wanted, and one has an error), `nothing` (no line is
    good). What was found wrong meanwhile stays to be shown.
    """

    def compare() -> str:
        _compare(upload, codes, _THEIRS, _INVITED)
        return ""

    staging.take(upload=upload, wanted=wanted, by=by, job=SEND, again=compare)


def send(upload_id: str) -> None:
    """Invite the lines of a file that was taken, as often as it is called: each once."""
    while _send_some(upload_id):
        pass


def _checked(row: dict[str, str]) -> dict[str, str]:
    return {**cells.person(row), "note": _note(row.get("note", ""))}


def _note(cell: str) -> str:
    try:
        return notes.note(cell)
    except ValueError as error:
        raise cells.BadRow(f"note: {error}") from error


def _compare(upload: Upload, codes: Collection[str] | None, *statements: str) -> None:
    named = None if codes is None else list(codes)
    values = {"upload": upload.pk, "codes": named, "invited": INVITED, "nowhere": NOWHERE, "now": timezone.now()}
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)


def _send_some(upload_id: str) -> bool:
    with database.patiently():
        taken = Upload.objects.select_for_update(no_key=True).filter(pk=upload_id, state=Upload.State.TAKEN)
        upload = taken.first()  # of two workers, one goes on when the other has done
        if upload is None:
            return False
        lines = list(upload.lines.filter(fault="", done=False).order_by("number")[:AT_ONCE])
        _invite(upload, lines)
        if not lines:
            Upload.objects.filter(pk=upload.pk).update(state=Upload.State.DONE, done_at=timezone.now())
    return bool(lines)


def _invite(upload: Upload, lines: list[UploadLine]) -> None:
    named = {one.code: one for one in Organisation.objects.filter(code__in={line.organisation for line in lines})}
    rows = [_asked(line, named, upload) for line in lines if line.organisation in named]
    made = inviting.by_sets(rows=rows, by=upload.by)
    invited = {(one.organisation.code, one.email) for one in made}
    done = [line.pk for line in lines if (line.organisation, line.email) in invited]
    upload.lines.filter(pk__in=done).update(done=True)
    left: Any = upload.lines.filter(pk__in=[line.pk for line in lines], done=False)
    gone = left.exclude(organisation__in=named).update(fault=NOWHERE)
    if left.filter(fault="").update(fault=INVITED) or gone:  # since the file was looked at
        staging.tally(upload)


def _asked(line: UploadLine, named: dict[str, Organisation], upload: Upload) -> Asked:
    names = line.given_name, line.family_name
    return Asked(named[line.organisation], line.email, *names, note=line.note or "", upload=upload)
