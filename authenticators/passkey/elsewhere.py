"""Passkeys of this site that are no person's: another door keeps its own, and all of us have one RP ID."""

from django.conf import settings
from django.utils.module_loading import import_string


def is_live(credential_id: str) -> bool:
    """Whether a passkey of this id (base64url) works at another door, so that no browser must be told to forget it."""
    return any(import_string(name)(credential_id) for name in settings.PASSKEYS_ELSEWHERE)
