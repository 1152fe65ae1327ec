"""Calls to the sign-in provider: bounded in time, in size and in number. What msal speaks through."""

import json
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

CONNECT: Final = 3.0  # seconds
IN_ALL: Final = 10.0  # seconds, for every call that one page makes
ONE_TRY: Final = 4.5  # seconds, where a second try is safe
SLOT: Final = 1.0  # seconds that a call waits for others to end
MOST: Final = 256 * 1024  # bytes of an answer
SERVER_ERROR: Final = 500
REDIRECTS: Final = range(300, 400)
BUSY: Final = 429
_until: ContextVar[float] = ContextVar("until", default=0.0)


class Unreachable(Exception):
    """No answer to use. The reason: `away`, `slow`, `busy`, `server_error`, `rubbish` or `credential`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Answer:
    """As msal reads one."""

    status_code: int
    text: str
    headers: Mapping[str, str]


@contextmanager
def within(seconds: float | None = None) -> Iterator[None]:
    """Give all the calls inside this long together: IN_ALL, if nothing is said."""
    token = _until.set(time.monotonic() + (IN_ALL if seconds is None else seconds))
    try:
        yield
    finally:
        _until.reset(token)


def left() -> float:
    """Seconds. Raises Unreachable where none are left."""
    seconds = _until.get() - time.monotonic()
    if seconds <= 0:
        raise Unreachable("slow")
    return seconds


class Client:
    """Each call is made by a thread of its own, so that one who drips its answer holds nobody longer than the time."""

    def __init__(self, session: Callable[[], requests.Session], at_once: int) -> None:
        self._session = session
        self._slots = threading.BoundedSemaphore(at_once)

    def get(self, url: str, *, params: Any = None, headers: Any = None, **_: Any) -> Answer:
        """A JSON object. Tried twice: reading again does no harm."""
        try:
            return self._object("GET", url, min(left(), ONE_TRY), params=params, headers=headers)
        except Unreachable as unreachable:
            if unreachable.reason in {"busy", "rubbish"}:
                raise
            return self._object("GET", url, left(), params=params, headers=headers)

    def post(self, url: str, *, params: Any = None, data: Any = None, headers: Any = None, **_: Any) -> Answer:
        """A JSON object. Tried once: a code is spent by its first use."""
        return self._object("POST", url, left(), params=params, data=data, headers=headers)

    def look(self, url: str) -> Answer:
        """Whatever is there, a redirect included, which is not followed."""
        return self._call("GET", url, left())

    def close(self) -> None:
        """Nothing stays open between calls."""

    def _object(self, method: str, url: str, seconds: float, **more: Any) -> Answer:
        answer = self._call(method, url, seconds, **more)
        if answer.status_code >= SERVER_ERROR or answer.status_code == BUSY:
            raise Unreachable("server_error")
        if answer.status_code in REDIRECTS or not isinstance(_json(answer.text), dict):
            raise Unreachable("rubbish")
        return answer

    def _call(self, method: str, url: str, seconds: float, **more: Any) -> Answer:
        until = time.monotonic() + seconds
        if not self._slots.acquire(timeout=min(seconds, SLOT)):
            raise Unreachable("busy")
        future: Future[Answer] = Future()
        threading.Thread(target=self._work, args=(future, until, method, url, more), daemon=True).start()
        try:
            return future.result(max(0.0, until - time.monotonic()))
        except TimeoutError as error:
            raise Unreachable("slow") from error

    def _work(self, future: Future[Answer], until: float, method: str, url: str, more: dict[str, Any]) -> None:
        try:
            future.set_result(self._exchange(until, method, url, more))
        except BaseException as error:  # noqa: BLE001  whatever it is, it is raised where the answer is waited for
            future.set_exception(error)
        finally:
            self._slots.release()

    def _exchange(self, until: float, method: str, url: str, more: dict[str, Any]) -> Answer:
        headers = {
            **(more.pop("headers", None) or {}),
            "Accept-Encoding": "identity",
        }  # nothing that swells when opened
        timeout = (CONNECT, max(0.01, until - time.monotonic()))
        ways: dict[str, Any] = {"headers": headers, "timeout": timeout, "stream": True, "allow_redirects": False}
        try:
            with self._session() as session, session.request(method, url, **ways, **more) as response:
                return Answer(response.status_code, _read(response, until), dict(response.headers))
        except requests.Timeout as error:
            raise Unreachable("slow") from error
        except (requests.RequestException, HTTPError, OSError) as error:
            raise Unreachable("away") from error


def _read(response: requests.Response, until: float) -> str:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise Unreachable("rubbish")
    body = b""
    while chunk := response.raw.read1(2**14, decode_content=False):  # what is there, and no waiting for the rest
        body += chunk
        if len(body) > MOST:
            raise Unreachable("rubbish")
        if time.monotonic() > until:
            raise Unreachable("slow")
    return body.decode(errors="replace")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
