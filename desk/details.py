"""What an event keeps beside its name, in words."""

from typing import Final

from authenticators.registry import KINDS
from careid.trail.models import Event
from desk import mail_words, words

# What an event's details are called; what else they hold is named as it is written.
NAMES: Final = {
    "number": "which code of the attempt",
    "limit": "the limit",
    "mode": "what the limit does",
    "counts": "counts that were forgotten",
    "note": "note",
    "kind": "kind",
    "hours_on_hold": "hours on hold",
    "changed": "what changed",
    "revoked": "authenticators revoked",
    "checked": "how identity was checked",
    "checked_by": "who checked it",
    "route": "by the route of",
    "documents": "documents seen",
    "template": "email",
    "client": "service",
    "level": "level of assurance",
    "known": "a browser used of late",
    "error": "number of the error",
    "answer": "the answer",
    "move": "move",
    "many": "how many emails",
    "what": "which email",
}
AS_WRITTEN: Final = ("note", "client")  # which others gave


def of(event: Event) -> str:
    """`kind: Authenticator app; hours on hold: 24` and the like; empty where there are none."""
    named = ((NAMES.get(key, key.replace("_", " ")), _said(key, value)) for key, value in event.details.items())
    return "; ".join(f"{name}: {said}" for name, said in named)


def _said(key: str, value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(one).replace("_", " ") for one in value)
    text = ("no", "yes")[value] if isinstance(value, bool) else str(value)
    if key == "kind":
        return KINDS[text].title if text in KINDS else text
    if key == "template":
        return mail_words.of(text)
    return words.actor(text) if key == "checked_by" else text if key in AS_WRITTEN else text.replace("_", " ")
