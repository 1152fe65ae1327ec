"""The provider's lines of the doctor."""

from django.conf import settings

from careid.finding import Amiss
from provider import signing


def signing_keys() -> str:
    """Whether there are keys to sign with, and what each is for. Amiss where the ring can't be used."""
    try:
        ring = signing.ring()
    except signing.BadKeys as bad:
        raise Amiss(f"CAREID_SIGNING_KEYS: {bad}", do="put that right, and restart web and worker") from bad
    if not ring:
        return "CAREID_SIGNING_KEYS is not set: no service signs people in here"
    return f"{', '.join(f'{one.name} {use(one)}' for one in ring)}; the issuer is {settings.ISSUER}"


def use(key: signing.SigningKey) -> str:
    """What a key of the ring is for, in words."""
    signs = signing.algorithms(key)
    return f"signs {' and '.join(signs)}" if signs else "is published only"
