"""What a browser has proved for somebody beside their session: it goes with them."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from enrolment import attempts, journey
from enrolment.models import Attempt
from sign_in import visits
from sign_in.models import Session, Visit
from sign_in.words import Ended


def signed_out(request: HttpRequest, profile_id: int) -> None:
    """End what this person was about to do in this browser, or has just added: they have signed out in it."""
    attempt = _proved(request)
    if attempt and attempt.profile_id == profile_id:
        attempts.end(attempt=attempt, reason=Ended.SIGNED_OUT)
    visit = visits.found(request)
    if visit and (visit.profile_id == profile_id or visit.purpose == Visit.Purpose.FORGOTTEN):
        visits.end(visit=visit)


def signed_in(request: HttpRequest, profile_id: int) -> None:
    """End what anybody else was about to add in this browser: this person has signed in in it."""
    attempt = _proved(request)
    if attempt and attempt.profile_id != profile_id:
        attempts.end(attempt=attempt, reason=Ended.ANOTHER_PERSON)


def untold(session: Session) -> list[str]:
    """The services that the person may be signed in to still, since these can't hear that it is over."""
    return [service for name in settings.SERVICES_UNTOLD for service in import_string(name)(session.pk)]


def _proved(request: HttpRequest) -> Attempt | None:
    """The browser's attempt that is past its code: any other one adds nothing without it."""
    attempt = journey.current(request)
    return attempt if attempt and attempt.verified_at and not attempt.is_over else None
