"""What goes out over HTTP: bounded in time, in size and in number; a redirect is never followed."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import requests
from urllib3.exceptions import HTTPError

from careid.errors import Reason

CONNECT: Final = 3.0  # seconds
IN_ALL: Final = 10.0  # seconds, for every call that one page makes
SLOT: Final = 1.0  # seconds that a call waits for others to end
MOST: Final = 256 * 1024  # bytes of an answer
_until: ContextVar[float] = ContextVar("until", default=0.0)


class Fault(Reason):
    AWAY = "away", "the other service could not be reached"
    SLOW = "slow", "the other service took too long to answer"
    BUSY = "busy", "too many were asking the other service at once"
    RUBBISH = "rubbish", "the other service's answer was of no use"
    INSIDE = "inside", "the address is one of our own network's, and CAREID_FETCH_INSIDE does not name it"


class Unreachable(Exception):
    """No answer to use. The reason is a Fault, or one that a caller adds."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Answer:
    """Whatever came back, whole: MOST bytes at most."""

    status_code: int
    text: str
    headers: Mapping[str, str]


@contextmanager
def within(seconds: float | None = None) -> Iterator[None]:
    """Give all the calls inside so many seconds together: IN_ALL, if nothing is said."""
    token = _until.set(time.monotonic() + (IN_ALL if seconds is None else seconds))
    try:
        yield
    finally:
        _until.reset(token)


def left() -> float:
    """The seconds that are left of `within`, more than 0. Raises Unreachable where none are."""
    seconds = _until.get() - time.monotonic()
    if seconds <= 0:
        raise Unreachable(Fault.SLOW)
    return seconds


class Fetcher:
    """Each call is made by a thread of its own: a server that drips its answer holds nobody longer than the time.

    `session` makes the connection of one call; `at_once` is how many calls there may be at a time.
    """

    def __init__(self, session: Callable[[], requests.Session], at_once: int) -> None:
        self._session = session
        self._slots = threading.BoundedSemaphore(at_once)

    def call(self, method: str, url: str, seconds: float, **more: Any) -> Answer:
        """The answer to one request within so many seconds. Raises Unreachable."""
        until = time.monotonic() + seconds
        if not self._slots.acquire(timeout=min(seconds, SLOT)):
            raise Unreachable(Fault.BUSY)
        future: Future[Answer] = Future()
        threading.Thread(target=self._work, args=(future, until, method, url, more), daemon=True).start()
        try:
            return future.result(max(0.0, until - time.monotonic()))
        except TimeoutError as error:
            raise Unreachable(Fault.SLOW) from error

    def _work(self, future: Future[Answer], until: float, method: str, url: str, more: dict[str, Any]) -> None:
        try:
            future.set_result(self._exchange(until, method, url, more))
        except BaseException as error:  # noqa: BLE001  whatever it is, it is raised where the answer is waited for
            future.set_exception(error)
        finally:
            self._slots.release()

    def _led_nowhere(self) -> requests.Session:
        """A session that heeds no Location: of a redirect that it may not follow the library reads, and opens, all."""
        session = self._session()
        vars(session)["get_redirect_target"] = lambda _: None
        return session

    def _exchange(self, until: float, method: str, url: str, more: dict[str, Any]) -> Answer:
        # Nothing that swells when it is opened.
        headers = {**(more.pop("headers", None) or {}), "Accept-Encoding": "identity"}
        timeout = (CONNECT, max(0.01, until - time.monotonic()))
        ways: dict[str, Any] = {"headers": headers, "timeout": timeout, "stream": True, "allow_redirects": False}
        try:
            with self._led_nowhere() as session, session.request(method, url, **ways, **more) as response:
                return Answer(response.status_code, _read(response, until), dict(response.headers))
        except requests.Timeout as error:
            raise Unreachable(Fault.SLOW) from error
        except (requests.RequestException, HTTPError, OSError) as error:
            late = time.monotonic() >= until  # it was hung up on, or waited for in the middle of its answer
            raise Unreachable(Fault.SLOW if late else Fault.AWAY) from error


def _read(response: requests.Response, until: float) -> str:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise Unreachable(Fault.RUBBISH)
    body = b""
    while chunk := response.raw.read1(2**14, decode_content=False):  # what is there, and no waiting for the rest
        body += chunk
        if len(body) > MOST:
            raise Unreachable(Fault.RUBBISH)
        if time.monotonic() > until:
            raise Unreachable(Fault.SLOW)
    return body.decode(errors="replace")
