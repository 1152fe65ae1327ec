"""Calls to the sign-in provider, as msal makes them: each answer is a JSON object, or there is none to use."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import requests

from authenticators.nhsnet.words import Why
from careid.fetching.fetcher import Answer, Fault, Fetcher, Unreachable, left

ONE_TRY: Final = 4.5  # seconds, where a second try is safe
SERVER_ERROR: Final = 500
REDIRECTS: Final = range(300, 400)
BUSY: Final = 429


class Client:
    """What msal speaks through. Raises Unreachable: a Fault, or `Why.SERVER_ERROR`."""

    def __init__(self, session: Callable[[], requests.Session], at_once: int) -> None:
        self._fetcher = Fetcher(session, at_once)

    def get(self, url: str, *, params: Any = None, headers: Any = None, **_: Any) -> Answer:
        """A JSON object. Tried twice: reading again does no harm."""
        try:
            return self._object("GET", url, min(left(), ONE_TRY), params=params, headers=headers)
        except Unreachable as unreachable:
            if unreachable.reason in {Fault.BUSY, Fault.RUBBISH}:
                raise
            return self._object("GET", url, left(), params=params, headers=headers)

    def post(self, url: str, *, params: Any = None, data: Any = None, headers: Any = None, **_: Any) -> Answer:
        """A JSON object. Tried once: a code is spent by its first use."""
        return self._object("POST", url, left(), params=params, data=data, headers=headers)

    def look(self, url: str) -> Answer:
        """Whatever answer is there: a redirect is one, and is not followed."""
        return self._fetcher.call("GET", url, left())

    def close(self) -> None:
        """Nothing stays open between calls."""

    def _object(self, method: str, url: str, seconds: float, **more: Any) -> Answer:
        answer = self._fetcher.call(method, url, seconds, **more)
        if answer.status_code >= SERVER_ERROR or answer.status_code == BUSY:
            raise Unreachable(Why.SERVER_ERROR)
        if answer.status_code in REDIRECTS or not isinstance(_json(answer.text), dict):
            raise Unreachable(Fault.RUBBISH)
        return answer


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


@dataclass(frozen=True)
class Read:
    """The client for msal, with the discovery document that was read already."""

    client: Client
    url: str
    answer: Answer

    def get(self, url: str, **more: Any) -> Answer:
        return self.answer if url == self.url else self.client.get(url, **more)

    def post(self, url: str, **more: Any) -> Answer:
        return self.client.post(url, **more)

    def close(self) -> None:
        """Nothing stays open."""
