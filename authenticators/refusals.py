"""What a person sees where adding was refused, as far as every kind shares it."""

from typing import Final

from django.http import HttpRequest, HttpResponse

from authenticators.actions import Refusal
from authenticators.kind import Kind
from careid.pages import answers
from enrolment import journey
from enrolment.models import Attempt

SHARED: Final = frozenset(Refusal)


def after_refusal(request: HttpRequest, attempt: Attempt, reason: str, *, kind: Kind) -> HttpResponse | None:
    """The answer that stands before any of the kind's own, if there is one.

    What happened meanwhile comes first: of two presses at once, the refused one shows what the other added.
    """
    attempt.refresh_from_db()
    if meanwhile := journey.gone_on(attempt):
        return meanwhile
    return answers.refused(request, reason, attempt=attempt, kind=kind) if reason in SHARED else None
