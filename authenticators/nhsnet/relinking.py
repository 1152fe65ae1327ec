"""Accounts after a change of tenant: the links are moved, each with its event, or none is."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from authenticators.models import Authenticator
from authenticators.nhsnet.kind import KIND
from careid.storing import database
from careid.trail.names import EventName
from careid.trail.record import record

COLUMNS: Final = ("old_object_id", "new_object_id")
COMMAND: Final = "nhsnet_relink"


class BadFile(Exception):
    """Not the file that was asked for, in words."""


@dataclass(frozen=True)
class Moved:
    moved: int
    not_in_file: int
    taken: int  # the new account is on a live link already


def read(path: Path) -> dict[str, str]:
    """New object ids by old ones. Raises BadFile."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return dict(_rows(csv.DictReader(file)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(f"{path}: {error}") from error


def _rows(reader: Any) -> Iterator[tuple[str, str]]:
    if not set(COLUMNS) <= set(reader.fieldnames or ()):
        raise BadFile(f"the first line does not name {' and '.join(COLUMNS)}")
    seen: set[str] = set()
    for row in reader:
        old, new = ((row[column] or "").strip().lower() for column in COLUMNS)
        if not old or not new or {f"old {old}", f"new {new}"} & seen:
            raise BadFile(f"line {reader.line_num}: an id is missing or there twice")
        seen |= {f"old {old}", f"new {new}"}
        yield old, new


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
    row.external_id, row.details = external_id, {**row.details, "tenant": tenant}
    row.material = {"address": row.material.get("address", "")}
    row.save(update_fields=["external_id", "details", "material"])
    record(
        EventName.COMMAND_RUN,
        actor=f"command:{COMMAND}",
        profile=row.profile,
        authenticator_id=row.pk,
        details={"command": COMMAND},
    )


def _record(done: Moved, *, dry_run: bool) -> None:
    failed = done.not_in_file + done.taken
    details = {"command": COMMAND, "rows": done.moved, "failed": failed, "dry_run": dry_run}
    record(EventName.COMMAND_RUN, actor=f"command:{COMMAND}", details=details)
