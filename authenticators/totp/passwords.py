"""The password that goes with an app: what it may not be (OWASP ASVS 5, 6.2; NIST SP 800-63B-4, 3.1.1)."""

import re
import unicodedata
from typing import Final

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from careid.people.models import Profile
from careid.people.typed import bounded, compact
from careid.storing import crypto

LEAST: Final = 12
MOST: Final = 256
LEFT_OVER_LEAST: Final = 6  # letters and digits that are the person's own, once the known words are taken out
DIFFERENT_LEAST: Final = 5
OURS: Final = ("careidentity", "care identity", "careid", "password", "nhs")
RUN_LEAST: Final = 4
_FORWARD: Final = (
    *("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "1qaz2wsx3edc4rfv5tgb",
)
_ROWS: Final = (*_FORWARD, *(row[::-1] for row in _FORWARD), "zaq12wsxcde34rfvbgt5")
_NINO_SHAPED: Final = re.compile(r"(?=([A-Z]{2}[0-9]{6}[A-D]))")
_common = CommonPasswordValidator()


def normal(password: str) -> str:
    """The form that is hashed: NFC, so that the same keys on another device give the same password.

    ValueError where it is longer than a password can be.
    """
    normal = unicodedata.normalize("NFC", bounded(password, MOST))
    if len(normal) > MOST:
        raise ValueError(f"longer than {MOST} characters")
    return normal


def fault(password: str, profile: Profile) -> str:
    """Why a password can't be used: `short`, `common`, `repeated`, `personal`, `nino`; empty where it can."""
    if len(password) < LEAST:
        return "short"
    if _is_common(password):
        return "common"
    if _is_repeated(password.casefold()):
        return "repeated"
    if _has_nino(password, profile):
        return "nino"
    return "personal" if _is_personal(password.casefold(), profile) else ""


def _is_common(password: str) -> bool:
    """On the list of 20,000 common ones, as it stands or without the figures and signs around its words."""
    try:
        _common.validate(password)
        _common.validate(re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password))
    except ValidationError:
        return True
    return False


def _without_runs(text: str) -> str:
    """The text less what runs along the digits, the alphabet or a row of keys, four or more at a time, either way."""
    kept, start = [], 0
    while start < len(text):
        end = start + 1
        while end < len(text) and any(text[start : end + 1] in row for row in _ROWS):
            end += 1
        if end - start < RUN_LEAST:
            end = start + 1
            kept.append(text[start])
        start = end
    return "".join(kept)


def _is_repeated(text: str) -> bool:
    """One pattern over and over, next to no different characters, or nothing much beside runs."""
    period = (text + text).find(text, 1)
    own = sum(char.isalnum() for char in _without_runs(text))
    return period <= len(text) // 2 or len(set(text)) < DIFFERENT_LEAST or own < LEFT_OVER_LEAST


def _is_personal(text: str, profile: Profile) -> bool:
    address = profile.email or ""
    organisation = profile.organisation
    sources = f"{profile.given_name} {profile.family_name} {address} {organisation.name} {organisation.code}"
    words = {word for word in re.split(r"[^\w]+|_", sources.casefold()) if len(word) > 2}
    for word in sorted({*words, *OURS, address.partition("@")[0].casefold()} - {""}, key=len, reverse=True):
        text = text.replace(word, " ")
    return sum(char.isalnum() for char in _without_runs(text)) < LEFT_OVER_LEAST


def _has_nino(password: str, profile: Profile) -> bool:
    shaped = _NINO_SHAPED.findall(compact(password).upper())
    return any(profile.nino_fingerprint in crypto.fingerprints(number) for number in shaped)
