"""An NHS.net Connect account: the person signs in with it once, and it is bound by tenant and object id."""

from http import HTTPStatus
from typing import Final

from django.conf import settings

from authenticators.kind import Kind, Proving
from authenticators.nhsnet.words import Why
from careid.fetching.fetcher import Fault
from careid.people.models import Profile


def _is_available(profile: Profile) -> bool:
    """Where the sign-in is set up, to people of the organisations of the private beta."""
    return bool(settings.NHSNET_CLIENT_ID) and profile.organisation.nhsnet_beta


# Each reason that somebody who is not signed in is told, and the status of its page.
_REFUSALS: Final = {
    "not_registered": HTTPStatus.FORBIDDEN,
    "not_in_beta": HTTPStatus.FORBIDDEN,
    "unreachable": HTTPStatus.SERVICE_UNAVAILABLE,
    **dict.fromkeys(
        (
            *("timed_out", "wrong_tenant", "guest", "cancelled", "care_identity", "no_second_step"),
            *("conditional_access", "consent", "clock", "unknown"),
        ),
        HTTPStatus.UNPROCESSABLE_ENTITY,
    ),
}

KIND = Kind(
    slug="nhsnet",
    title="NHS.net Connect account",
    hint="The account of your NHS email, NHS.net Connect (formerly NHSmail). You sign in with it once",
    effort="About 3 minutes, with a password that you know",
    need="for NHS.net Connect (formerly NHSmail), its email address and password, if your organisation takes part",
    most=1,
    limits="authenticators.nhsnet.limits.ALL",
    is_available=_is_available,
    reasons=(*Why, *Fault),
    findings="authenticators.nhsnet.inspection.CHECKS",
    organisation_switch="nhsnet_beta",
    sign_in=Proving(
        url="nhsnet:sign_in",
        title="NHS.net Connect",
        amr="NHSMAIL",
        acr="AAL2_NHSMAIL",
        fragment="authenticators/nhsnet/sign_in.html",
        is_set_up=lambda: bool(settings.NHSNET_CLIENT_ID),
        may_be_earlier=True,
        refusals=_REFUSALS,
    ),
)
