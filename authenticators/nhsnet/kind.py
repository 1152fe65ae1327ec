"""An NHS.net Connect account: the person signs in with it once, and it is bound by tenant and object id."""

from django.conf import settings

from authenticators.kind import Kind
from authenticators.nhsnet.words import Why
from careid.fetching.fetcher import Fault
from careid.people.models import Profile


def _is_available(profile: Profile) -> bool:
    """Where the sign-in is set up, to people of the organisations of the private beta."""
    return bool(settings.NHSNET_CLIENT_ID) and profile.organisation.nhsnet_beta


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
)
