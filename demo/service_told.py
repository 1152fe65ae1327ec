"""What the sample service was told, as its page shows it: a line for each claim, and a list for each role."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from demo.service_client import Told

TIMES: Final = {"exp", "iat", "auth_time", "nbf"}
FEW: Final = ("name", "display_name", "given_name")  # whichever is there first


@dataclass(frozen=True)
class Line:
    """One claim. `at` is the time that a number stands for, where it stands for one."""

    name: str
    value: str
    at: datetime | None = None


def page(told: Told) -> dict[str, Any]:
    """What the page needs: who it is, since when, and the two tables."""
    who = next((told.userinfo[name] for name in FEW if told.userinfo.get(name)), told.claims["sub"])
    return {
        "who": who,
        "at": datetime.fromtimestamp(told.at, UTC),
        "signed_in_at": _time(told.claims.get("auth_time")),
        "tables": [("The ID token", list(lines(told.claims))), ("Userinfo", list(lines(told.userinfo)))],
    }


def lines(claims: dict[str, Any], before: str = "") -> Iterator[Line]:
    """Each claim by its name; what stands within another by both names, and a list's entries by their number."""
    for name, value in claims.items():
        called = f"{before}{name}"
        if isinstance(value, dict):
            yield from lines(value, f"{called}, ")
        elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
            yield from lines({str(number): one for number, one in enumerate(value, 1)}, f"{called}, ")
        elif isinstance(value, list):
            yield Line(called, ", ".join(map(str, value)) or "(none)")
        else:
            yield Line(called, str(value), _time(value) if name in TIMES else None)


def _time(value: object) -> datetime | None:
    """None where it is no time that can be written."""
    try:
        return datetime.fromtimestamp(value, UTC) if isinstance(value, int) else None
    except (ValueError, OverflowError, OSError):
        return None
