"""What a browser is told of the passkeys that a person still has."""

import json

from django import template
from django.conf import settings
from webauthn.helpers import bytes_to_base64url

from authenticators.passkey.kind import KIND
from careid.people.models import Profile

register = template.Library()


@register.simple_tag
def accepted_passkeys(profile: Profile) -> str:
    """All that may be used at this host, now or again later (W3C Web Authentication, level 3, 5.1.10.3), as JSON."""
    live = profile.authenticators.live().filter(kind=KIND.slug, details__rp_id=settings.RP_ID)
    ids = list(live.order_by("added_at").values_list("external_id", flat=True))
    handle = bytes_to_base64url(bytes(profile.user_handle))
    return json.dumps({"rpId": settings.RP_ID, "userId": handle, "allAcceptedCredentialIds": ids})
