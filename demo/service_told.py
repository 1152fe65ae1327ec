"""What the sample service was told, as its page shows it: an entry for each claim, and one for each role."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from demo.service_client import Told

TIMES: Final = {"exp", "iat", "auth_time", "nbf"}
FEW: Final = ("name", "display_name", "given_name")  # whichever is there first


@dataclass(frozen=True)
class Entry:
    """One claim, with what it says on a line each. `at` is the time that a number stands for, where it does."""

    name: str
    lines: tuple[str, ...]
    at: datetime | None = None


def page(told: Told) -> dict[str, Any]:
    """What the page needs: who it is, since when, and the two tables."""
    who = next((told.userinfo[name] for name in FEW if told.userinfo.get(name)), told.claims["sub"])
    return {
        "who": who,
        "at": datetime.fromtimestamp(told.at, UTC),
        "signed_in_at": _time(told.claims.get("auth_time")),
        "tables": [("The ID token", list(entries(told.claims))), ("Userinfo", list(entries(told.userinfo)))],
    }


def entries(claims: dict[str, Any]) -> Iterator[Entry]:
    """Each claim by its name. Of a list, each thing that has names of its own is an entry, by its number."""
    for name, value in claims.items():
        if isinstance(value, list) and any(isinstance(one, dict) for one in value):
            yield from (Entry(f"{name}, {number}", _lines(one)) for number, one in enumerate(value, 1))
        else:
            yield Entry(name, _lines(value), _time(value) if name in TIMES else None)


def _lines(value: object) -> tuple[str, ...]:
    if isinstance(value, dict):
        return tuple(f"{name}: {', '.join(_lines(one))}" for name, one in value.items())
    if isinstance(value, list):
        return tuple(map(str, value)) or ("(none)",)
    return (str(value),)


def _time(value: object) -> datetime | None:
    """None where it is no time that can be written."""
    try:
        return datetime.fromtimestamp(value, UTC) if isinstance(value, int) else None
    except (ValueError, OverflowError, OSError):
        return None
