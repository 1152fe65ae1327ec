"""The provider's lines of the doctor."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from careid.errors import counted
from careid.finding import Amiss
from provider import signing
from provider.models import Client, Logout

DAY: Final = timedelta(days=1)
WAITED: Final = timedelta(minutes=1)
NAMED: Final = 3  # clients of a line


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


def logouts() -> str:
    """Whether the services hear that somebody is signed out. Amiss where one waits untold, or did not hear of late."""
    now = timezone.now()
    due = Logout.objects.filter(state=Logout.State.DUE)
    if late := due.filter(tries=0, over_at__lt=now - WAITED).count():
        raise Amiss(f"{late} wait untold for over a minute", do="see Worker and Jobs here: its lane of logouts")
    failed = Logout.objects.filter(state=Logout.State.FAILED, settled_at__gt=now - DAY)
    if deaf := sorted(set(failed.values_list("client__client_id", "answer"))):
        words = f"{failed.count()} failed in the last day: {_named(deaf)}"
        raise Amiss(words, do="see whether their logout addresses answer; who was signed out may be in there still")
    return f"{counted(due.count(), 'service')} being told, none failed in the last day"


def client_keys() -> str:
    """Whether each client's keys at an address could be fetched the last time, and its tokens can be signed here."""
    others = [alg for alg in Client.Signature.values if not signing.can_sign(alg)] if settings.SIGNING_KEYS else []
    unsigned = Client.objects.filter(is_on=True, id_token_signed_response_alg__in=others).order_by("client_id")
    if lacking := list(unsigned.values_list("client_id", "id_token_signed_response_alg")):
        words = f"tokens of {counted(len(lacking), 'client')} can't be signed: {_named(lacking)}"
        raise Amiss(words, do="put a key for that algorithm into CAREID_SIGNING_KEYS, or change the client's row")
    away = Client.objects.filter(is_on=True).exclude(jwks_uri="").order_by("client_id")
    if faults := list(away.exclude(fetch_fault="").values_list("client_id", "fetch_fault")):
        words = f"those of {counted(len(faults), 'client')} could not be fetched: {_named(faults)}"
        raise Amiss(words, do="see manage.py client show, and whether the address answers; old keys are good for a day")
    return f"{counted(away.count(), 'client')} with keys at an address, none that could not be fetched"


def _named(pairs: list[tuple[str, str]]) -> str:
    more = f" and {len(pairs) - NAMED} more" if len(pairs) > NAMED else ""
    return f"{', '.join(f'{client} ({why})' for client, why in pairs[:NAMED])}{more}"
