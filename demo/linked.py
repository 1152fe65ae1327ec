"""The account of the stand-in sign-in that a profile has linked already."""

from django.conf import settings

from authenticators.models import Authenticator
from careid.people.models import Profile
from demo.provider_accounts import LINKED


def link(profile: Profile) -> None:
    """Make this profile the account's owner, once: what an admin does with the authenticator later stays."""
    external_id = f"{settings.NHSNET_TENANT_ID}:{LINKED.oid}"
    if not Authenticator.objects.filter(kind="nhsnet", external_id=external_id).exists():
        Authenticator.objects.create(
            profile=profile,
            kind="nhsnet",
            external_id=external_id,
            material={"address": LINKED.address},
            details={"tenant": settings.NHSNET_TENANT_ID},
            added_by="demo",
        )
