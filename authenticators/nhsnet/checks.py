"""The sign-in is set up whole or not at all."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.checks import CheckMessage, Critical

_AUTHORITY: Final = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?")  # it goes into a header, too


def half_set(**_: Any) -> list[CheckMessage]:
    """Refuse a sign-in that could not work, by the setting's name."""
    return [Critical(f"{name}: {words}.", id=f"careid.{name}") for name, words in _problems()]


def _problems() -> Iterator[tuple[str, str]]:
    secret, file = settings.NHSNET_CLIENT_SECRET, settings.NHSNET_CLIENT_CERTIFICATE_FILE
    needed = {
        "NHSNET_TENANT_ID": settings.NHSNET_TENANT_ID,
        "NHSNET_CLIENT_ID": settings.NHSNET_CLIENT_ID,
        "NHSNET_CLIENT_SECRET": secret or file,
    }
    if not any(needed.values()):
        return
    for name, value in needed.items():
        if not value:
            yield name, "is not set, while other settings of NHS.net Connect are; set all of them or none"
    if secret and file:
        yield "NHSNET_CLIENT_SECRET", "is set beside NHSNET_CLIENT_CERTIFICATE_FILE; keep one of them"
    if settings.NHSNET_TENANT_ID and not _is_uuid(settings.NHSNET_TENANT_ID):
        yield "NHSNET_TENANT_ID", "is not the id of one tenant (a UUID)"
    if not _AUTHORITY.fullmatch(settings.NHSNET_AUTHORITY):
        yield "NHSNET_AUTHORITY", "is not an address such as https://login.microsoftonline.com"
    if file:
        yield from _certificate_problems()


def _certificate_problems() -> Iterator[tuple[str, str]]:
    try:
        ends = certificate_ends()
    except (OSError, ValueError, TypeError):
        yield "NHSNET_CLIENT_CERTIFICATE_FILE", "holds no private key and certificate in PEM without a passphrase"
    else:
        if ends <= datetime.now(UTC):
            yield "NHSNET_CLIENT_CERTIFICATE_FILE", f"holds a certificate that ended on {ends:%d.%m.%Y}"


def credential() -> str:
    """The secret, or what the certificate's file holds."""
    file = settings.NHSNET_CLIENT_CERTIFICATE_FILE
    return Path(file).read_text() if file else settings.NHSNET_CLIENT_SECRET


def certificate_ends() -> datetime:
    """When the certificate ends. OSError, ValueError or TypeError where the file is not what it should be."""
    pem = credential().encode()
    load_pem_private_key(pem, None)
    return x509.load_pem_x509_certificate(pem).not_valid_after_utc


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
