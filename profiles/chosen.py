"""Whom an operator's command is about: user ids on the line or in a file, all known before anything is done."""

import re
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from django.core.management.base import CommandError

from careid.people import spreadsheets, typed
from careid.people.models import Profile
from careid.people.spreadsheets import BadFile
from careid.trail import actors

USER_ID: Final = re.compile(r"[0-9]{12}")
WHO: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
TOLD_MOST: Final = 5


def arguments(parser: ArgumentParser, *, reasons: Iterable[str]) -> None:
    """`USER_ID … | --file FILE`, `--reason`, `--by`, `--note` and `--dry-run`."""
    parser.add_argument("user_id", nargs="*", help="12 digits each")
    parser.add_argument("--file", type=Path, help="a text file with one user id a line")
    parser.add_argument("--reason", required=True, choices=list(reasons), help="kept in the trail")
    parser.add_argument("--by", required=True, help="who does it: a short name in small letters, kept in the trail")
    parser.add_argument("--note", default="", help="a line for the trail; nothing personal")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")


def profiles(options: dict[str, Any]) -> list[Profile]:
    """The profiles that the options name, in their order. CommandError, exit code 2, where one isn't there."""
    wanted = list(dict.fromkeys([*options["user_id"], *_of(options["file"])]))
    if not wanted:
        raise CommandError("Give user ids, or --file with one a line.", returncode=2)
    could_be = [user_id for user_id in wanted if USER_ID.fullmatch(user_id)]
    found = {one.user_id: one for one in Profile.objects.select_related("organisation").filter(user_id__in=could_be)}
    missing = [user_id for user_id in wanted if user_id not in found]
    if missing:
        more = f" and {len(missing) - TOLD_MOST} more" if len(missing) > TOLD_MOST else ""
        named = ", ".join(ascii(one)[1:-1][:20] for one in missing[:TOLD_MOST])
        done = spreadsheets.done_to(missing[0], length=typed.USER_ID_DIGITS)
        why = f": {done}" if done else ""
        raise CommandError(f"No profile has the user id {named}{more}{why}. Nothing was changed.", returncode=2)
    return [found[user_id] for user_id in wanted]


def actor(command: str, options: dict[str, Any]) -> str:
    """`command:revoke jo.smith`, as the trail names who did it. CommandError, exit code 2, where `--by` is no name."""
    if not WHO.fullmatch(options["by"]):
        raise CommandError("--by takes up to 40 small letters, digits, dots and dashes.", returncode=2)
    return actors.command(command, options["by"])


def _of(path: Path | None) -> list[str]:
    """The user ids of a text file, one a line; a spreadsheet's heading, commas and empty rows are no user ids."""
    if path is None:
        return []
    try:
        with spreadsheets.open_to_read(path) as file:
            text = file.read()
    except BadFile as error:
        raise CommandError(f"{error}. Nothing was changed.", returncode=2) from error
    if fault := spreadsheets.not_csv(text):
        raise CommandError(f"{path} {fault}: save it as text in UTF-8. Nothing was changed.", returncode=2)
    ids = [line.strip(', "\t') for line in text.splitlines() if not spreadsheets.is_blank(line)]
    return ids[1:] if ids[:1] == ["user_id"] else ids
