"""Telling a client that somebody is signed out: one POST of a token (OpenID Connect Back-Channel Logout 1.0, 2.5)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any, Final

from careid.errors import Reason
from careid.fetching import outside
from careid.fetching.fetcher import Fault, Unreachable
from careid.storing import database
from provider import logouts, signing, tokens

SECONDS: Final = 5.0
LINES_TO_ONE: Final = 4  # of a worker, to one client at once: one that hangs keeps no other waiting


class Unsigned(Reason):
    NO_KEY = "no_key", "there is no key here that signs as the service asks"


class TryLater(Exception):
    """Not told this time. The job comes back at that time of the database's clock."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"again at {at}")
        self.at = at


def tell(logout_id: str) -> None:
    """Tell one client of one session's end, if that is due still. Raises TryLater where it should come back."""
    logout: Any = logouts.waiting(logout_id)
    if logout is None:
        return
    with _line_to(logout.client_id) as is_free:
        answer = _answer(logout) if is_free else Fault.BUSY
    if again := logouts.settle(logout=logout, now=logout.clock, answer=answer):
        raise TryLater(again)


def _answer(logout: Any) -> str:
    """The status of the client's answer, or why there was none. Signed anew for each try, under a `jti` of its own."""
    try:
        token = _token(logout)
    except signing.BadKeys:
        return Unsigned.NO_KEY
    database.let_go()  # the client may take its time
    try:
        address = logout.client.backchannel_logout_uri
        return str(outside.call("POST", address, SECONDS, data={"logout_token": token}).status_code)
    except Unreachable as fault:
        return fault.reason


def _token(logout: Any) -> str:
    return tokens.logout_token(
        audience=logout.client.client_id,
        sub=logout.profile.user_id,
        sid=str(logout.session_id),
        signed_in=logout.signed_in.timestamp(),
        now=time.time(),
        alg=logout.client.id_token_signed_response_alg,
    )


_lines: Final[dict[int, BoundedSemaphore]] = {}  # of this worker, by client


@contextmanager
def _line_to(client_id: int) -> Iterator[bool]:
    """Whether one more may be told at once, and room for it meanwhile."""
    line = _lines.setdefault(client_id, BoundedSemaphore(LINES_TO_ONE))
    is_free = line.acquire(blocking=False)
    try:
        yield is_free
    finally:
        if is_free:
            line.release()
