"""The file that roles are imported from: CSV in UTF-8, a role of a person a line. It knows no table.

A line is read as one of people is, with the same words for what is wrong with it.
"""

import re
from collections.abc import Callable
from typing import Final

from careid.people import cells, spreadsheets
from careid.people.cells import BadRow
from careid.people.roles import CODE_MOST, WORDS_MOST
from profiles.importing import people_file

LIST_MOST: Final = 200  # of one column's list
_ID: Final = re.compile(rf"[0-9]{{1,{CODE_MOST}}}")
_ROLE_CODE: Final = re.compile(r"(S[0-9]{4}:G[0-9]{4}:)?R[0-9]{4}")
_CODE: Final = re.compile(rf"[A-Za-z0-9:._-]{{1,{CODE_MOST}}}")


def role(line: str, names: list[str]) -> tuple[object, ...]:
    """Why the row fails, None where it is good; whose it is, as far as that can be told; its other values.

    The values are those of COLUMNS after the first, in that order, each None where the row fails.
    """
    user_id = None
    try:
        row = cells.read(line, names)
        user_id = cells.checked(row, "user_id", lambda cell: people_file.user_id(cells.meant(cell)))
        return (None, user_id, *(cells.checked(row, column, check) for column, check in _CHECKS.items()))
    except BadRow as error:
        return (str(error), user_id, *[None] * len(_CHECKS))


def _id(cell: str) -> str:
    meant = cells.meant(cell)
    if _ID.fullmatch(meant):
        return meant
    done = spreadsheets.done_to(meant, length=0)
    raise ValueError(f"not 1 to {CODE_MOST} digits{f': {done}' if done else ''}")


def _organisation_code(cell: str) -> str:
    return cells.organisation_code(cells.meant(cell))


def _role_code(cell: str) -> str:
    code = cells.meant(cell).upper()
    if not _ROLE_CODE.fullmatch(code):
        raise ValueError("not a code like S0010:G0020:R8000")
    return code


def _name(cell: str) -> str:
    return cells.name(cells.meant(cell), WORDS_MOST)


def _each(check: Callable[[str], str]) -> Callable[[str], list[str]]:
    """A check of a list: of each of its items, which semicolons separate. A blank cell is an empty list."""

    def checked(cell: str) -> list[str]:
        items = [item for part in cell.split(";") if (item := cells.meant(part))]
        if len(items) > LIST_MOST:
            raise ValueError(f"a list of more than {LIST_MOST}")
        return [check(item) for item in items]

    return checked


def _code(cell: str) -> str:
    if not _CODE.fullmatch(cell):
        raise ValueError(f"a list in which a code is not 1 to {CODE_MOST} letters, digits, colons, stops and dashes")
    return cell


_CODES, _NAMES = _each(_code), _each(_name)
_CHECKS: Final[dict[str, Callable[[str], str | list[str]]]] = {
    "person_roleid": _id,
    "person_orgid": _id,
    "org_code": _organisation_code,
    "role_code": _role_code,
    "role_name": _name,
    "activity_codes": _CODES,
    "activities": _NAMES,
    "workgroups_codes": _CODES,
    "workgroups": _NAMES,
    "aow_codes": _CODES,
    "aow": _NAMES,
}
COLUMNS: Final = ("user_id", *_CHECKS)
