"""The cookie of the browser in which an invitation was opened: bound to that invitation, and another once it is proved.

It is made from a key of what a press brings and nobody else can: two presses of one page get the same.
"""

import secrets
from datetime import timedelta
from typing import Final

from apply.models import Invitation
from careid.storing import crypto

TOKEN_BYTES: Final = 32
A_MOMENT: Final = timedelta(seconds=10)  # within which a second press is the same press


def opened(invitation: Invitation, pressed: str) -> str:
    """For who opens the link. `pressed` is what the form brought, its own token with it; a random one where nothing."""
    if not pressed:
        return secrets.token_urlsafe(TOKEN_BYTES)
    return crypto.tokens("apply opened", str(invitation.pk), str(invitation.sends), pressed)[0]


def proved(before: str) -> list[str]:
    """What follows on a browser's token once its code was right, under each key, the one to give first."""
    return crypto.tokens("apply proved", before)
