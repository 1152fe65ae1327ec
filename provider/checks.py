"""Start-up refusals of the provider's settings, by their names; `operating/checks.py` has the others."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from provider import signing

KEYS, PATH, ORIGIN = "CAREID_SIGNING_KEYS", "CAREID_ISSUER_PATH", "CAREID_ISSUER_ORIGIN"
INSIDE: Final = "CAREID_FETCH_INSIDE"
_INSIDE: Final = re.compile(r"[A-Za-z0-9.:-]+:[0-9]{1,5}")
_PATH: Final = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
_ORIGIN: Final = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")


@checks.register(checks.Tags.security)
def unusable(**_: Any) -> list[checks.CheckMessage]:
    """Wrong anywhere, the demo and the tests included."""
    return [checks.Critical(f"{name}: {words}.", id=f"careid.{name}") for name, words in _unusable()]


@checks.register(checks.Tags.security, deploy=True)
def unsafe(**_: Any) -> list[checks.CheckMessage]:
    """Wrong in production."""
    return [checks.Critical(f"{name}: {words}.", id=f"careid.{name}.unsafe") for name, words in _unsafe()]


def _unusable() -> Iterator[tuple[str, str]]:
    try:
        signing.ring()
    except signing.BadKeys as bad:
        yield KEYS, str(bad)
    if not _PATH.fullmatch(settings.ISSUER_PATH):
        yield PATH, "is not a path such as /oidc, of letters, digits and hyphens"
    if settings.SIGNING_KEYS and not _ORIGIN.fullmatch(settings.ISSUER_ORIGIN):
        yield ORIGIN, "is not https://host or https://host:port alone, in small letters"
    if not all(_INSIDE.fullmatch(one.strip()) for one in settings.FETCH_INSIDE):
        yield INSIDE, "holds what is not host:port"


def _unsafe() -> Iterator[tuple[str, str]]:
    if not settings.SIGNING_KEYS or any(_unusable()):
        return
    issuer = urlsplit(settings.ISSUER_ORIGIN)
    if issuer.scheme != "https":
        yield ORIGIN, "is not https"
    if issuer.hostname not in settings.ALLOWED_HOSTS:
        yield ORIGIN, "has a host that is not in ALLOWED_HOSTS"
    for name, path in signing.files():
        if _is_open_to_all(path):
            yield KEYS, f"everybody on this machine may read or write the file of key {name!r}: chmod 600"


def _is_open_to_all(path: str) -> bool:
    try:
        return bool(Path(path).stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))
    except OSError:
        return False  # said already
