"""Accounts after a change of tenant: the links are moved, each with its event, or none is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import transaction

from authenticators.models import Authenticator
from authenticators.nhsnet.kind import KIND
from careid.people import spreadsheets
from careid.people.spreadsheets import BadFile
from careid.storing import database
from careid.trail import actors
from careid.trail.names import EventName
from careid.trail.record import record

COLUMNS: Final = ("old_object_id", "new_object_id")
COMMAND: Final = "nhsnet_relink"


@dataclass(frozen=True)
class Moved:
    moved: int
    not_in_file: int
    taken: int  # the new account is on a live link already


def read(path: Path) -> dict[str, str]:
    """New object ids by old ones. BadFile where one is no object id or stands there twice, or it is no such file."""
    ids: dict[str, str] = {}
    new_ones: set[str] = set()
    for number, cells in spreadsheets.table(path, wanted=COLUMNS):
        old, new = (
            _object_id(cell, f"{path}, line {number}: {name}") for cell, name in zip(cells, COLUMNS, strict=True)
        )
        if old in ids or new in new_ones:
            raise BadFile(f"{path}, line {number}: an id stands there twice")
        ids[old] = new
        new_ones.add(new)
    return ids


def _object_id(cell: str, where: str) -> str:
    """As a token writes it: a UUID in small letters. Nothing else could ever match an account."""
    try:
        return str(UUID(cell))
    except ValueError:
        sort = "an address" if "@" in cell else "not an object id"
        raise BadFile(f"{where} is {sort}; an object id is 32 hexadecimal digits, such as {UUID(int=0)}") from None


def relink(*, old_tenant: str, new_tenant: str, accounts: dict[str, str] | None, dry_run: bool) -> Moved:
    """Move every live link from one tenant to another. Without `accounts` the object ids stay."""
    with transaction.atomic(), database.patiently():
        done = _relink(old_tenant.lower(), new_tenant.lower(), accounts)
        if dry_run:
            transaction.set_rollback(True)
        else:
            _record(done, dry_run=False)
    if dry_run:
        _record(done, dry_run=True)
    return done


def _relink(old_tenant: str, new_tenant: str, accounts: dict[str, str] | None) -> Moved:
    rows = Authenticator.objects.live().select_for_update().filter(kind=KIND.slug)
    taken = set(rows.filter(external_id__startswith=f"{new_tenant}:").values_list("external_id", flat=True))
    counts = {"moved": 0, "not_in_file": 0, "taken": 0}
    for row in rows.filter(external_id__startswith=f"{old_tenant}:").order_by("added_at", "pk"):
        old = row.external_id.partition(":")[2]
        new = f"{new_tenant}:{accounts.get(old, '') if accounts is not None else old}"
        what = "not_in_file" if new.endswith(":") else "taken" if new in taken else "moved"
        counts[what] += 1
        if what == "moved":
            taken.add(new)
            _move(row, new, new_tenant)
    return Moved(**counts)


def _move(row: Authenticator, external_id: str, tenant: str) -> None:
    # The issuer and the subject were the old tenant's; the new one's come with the next sign-in.
    before = {"moved_from": [*row.details.get("moved_from", []), row.external_id]}  # what a log or a letter may name
    row.external_id, row.details = external_id, {**row.details, **before, "tenant": tenant}
    row.material = {"address": row.material.get("address", "")}
    row.save(update_fields=["external_id", "details", "material"])
    record(
        EventName.COMMAND_RUN,
        actor=actors.command(COMMAND),
        profile=row.profile,
        authenticator_id=row.pk,
        details={"command": COMMAND},
    )


def _record(done: Moved, *, dry_run: bool) -> None:
    failed = done.not_in_file + done.taken
    details = {"command": COMMAND, "rows": done.moved, "failed": failed, "dry_run": dry_run}
    record(EventName.COMMAND_RUN, actor=actors.command(COMMAND), details=details)
