"""What a seal covers, byte for byte: the same before and after a dump is restored, on any server."""

import hmac
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from django.conf import settings
from django.db import connection

from careid.storing import crypto
from careid.trail.models import Seal

Row = tuple[Any, ...]
# The columns that are covered, by the seal's form, as numbers and text alone: the database's core turns them into
# those, not Python's. A column more is a form more: older seals stay as they are.
FORMS: Final[dict[int, dict[str, str]]] = {
    1: {
        "sequence": "sequence",
        "at": "(extract(epoch FROM at) * 1000000)::bigint",
        "name": "name",
        "outcome": "outcome",
        "reason": "reason",
        "actor": "actor",
        "profile_id": "profile_id",
        "organisation": "organisation",
        "authenticator_id": "authenticator_id::text",
        "attempt_id": "attempt_id::text",
        "reference": "reference",
        "network": "network",
        "browser": "browser",
        "request_id": "request_id",
        "details": "details::text",
    },
}
FORM: Final = max(FORMS)
FIELDS: Final = tuple(FORMS[FORM])
LEAST: Final = -(2**63)  # a bigint
PAGE: Final = 5_000  # rows a statement, so that none comes near the statement timeout
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_encode: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode  # ASCII alone


class NoKey(ValueError):
    """The ring lacks the key that a seal names."""


def events(*, after: int | None, until: int) -> Iterator[Row]:
    """The trail in its order up to an event, a page a statement; each time in microseconds since 1970."""
    columns = ", ".join(FORMS[FORM].values())
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT {columns} FROM careid_event WHERE sequence > %s AND sequence <= %s
                    ORDER BY sequence LIMIT %s""",  # noqa: S608  columns of ours
                (LEAST if after is None else after, until, PAGE),
            )
            page = cursor.fetchall()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1][0]


def mac(seal: Seal, *, before: Seal | None, rows: Sequence[Row]) -> bytes:
    """HMAC-SHA-256 over the seal before it, each row, and the seal itself. NoKey where its key is gone."""
    key = crypto.ring(settings.SEAL_KEYS).get(seal.key_id)
    if key is None:
        raise NoKey(seal.key_id)
    chain = (before.number, before.last, bytes(before.mac).hex()) if before else (0, None, "")
    covered = hmac.new(key, _line("careid trail", *chain), sha256)
    covered.update(b"".join([_line(*row[:-1], _sorted(row[-1])) for row in rows]))
    own = (seal.number, microseconds(seal.at), seal.form, seal.last, seal.count, seal.rotated, seal.key_id)
    covered.update(_line("seal", *own))
    return covered.digest()


def _line(*values: Any) -> bytes:
    return _encode(values).encode() + b"\n"


def microseconds(at: datetime) -> int:
    """The microseconds from 1970 to a time."""
    return (at - _EPOCH) // _MICROSECOND


@lru_cache(maxsize=4_096)  # most events of a name have the same
def _sorted(details: str) -> str:
    """Sorted, without spaces; what Python can't read (thousands of digits, or of brackets) as the database has it."""
    try:
        return _encode(json.loads(details))
    except (ValueError, RecursionError):
        return f"unread {details}"  # which no JSON begins with
