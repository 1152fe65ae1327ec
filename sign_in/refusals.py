"""The page of why somebody was not signed in: which reasons it knows, and the status of each."""

from http import HTTPStatus
from typing import Final

from authenticators.registry import KINDS
from sign_in.words import Why

OURS: Final = {
    Why.ON_HOLD: HTTPStatus.FORBIDDEN,
    Why.SUSPENDED: HTTPStatus.FORBIDDEN,
    Why.CLOSED: HTTPStatus.FORBIDDEN,
    Why.REPORTED: HTTPStatus.FORBIDDEN,
    Why.LEVEL: HTTPStatus.FORBIDDEN,
    Why.NO_ROLE: HTTPStatus.FORBIDDEN,
}


def status(kind: str, reason: str) -> int | None:
    """The status of the page of this reason; None where there is no such page."""
    way = KINDS[kind].sign_in if kind in KINDS else None
    known: dict[str, int] = {str(one): code for one, code in OURS.items()} | dict(way.refusals if way else {})
    return known.get(reason)


def words(kind: str, reason: str) -> dict[str, str | list[str]]:
    """The templates of its `heading`, which is the page's title too, and of its `words`: ours, else the kind's own."""
    if reason in OURS:
        return {"heading": "sign_in/refused_title.html", "words": "sign_in/refused_words.html"}
    own = f"authenticators/{kind}/sign_in_refused"
    return {"heading": [f"{own}_title.html", "sign_in/refused_title.html"], "words": f"{own}.html"}
