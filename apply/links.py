"""The link of an invitation: made of the keys each time it is written, so that its row keeps a hash alone."""

from typing import Final

from django.conf import settings

from apply.models import Invitation
from careid.storing import crypto

PURPOSE: Final = "apply invitation"


def digest(invitation: Invitation) -> bytes:
    """What the row keeps of the link that is its newest by `sends`: to be stored with that number."""
    return crypto.token_hash(_under_each_key(invitation)[0])


def give(invitation: Invitation) -> str:
    """The address of its newest link, the same however often it is asked for.

    Where the key is gone under which it was made, another is stored, and the one that was mailed leads nowhere.
    """
    kept = bytes(invitation.token_hash)
    tokens = _under_each_key(invitation)
    token = next((one for one in tokens if crypto.token_hash(one) == kept), None)
    if token is None:
        token, invitation.token_hash = tokens[0], digest(invitation)
        Invitation.objects.filter(pk=invitation.pk, token_hash=kept).update(token_hash=invitation.token_hash)
    return f"{settings.ORIGIN}/apply/{token}/"


def find(token: str) -> Invitation | None:
    """The invitation whose newest link this is, in whatever state; None where it is no link, or one of before."""
    these = Invitation.objects.select_related("organisation")
    return these.filter(token_hash=crypto.token_hash(token)).first()


def _under_each_key(invitation: Invitation) -> list[str]:
    return crypto.tokens(PURPOSE, str(invitation.pk), str(invitation.sends))
