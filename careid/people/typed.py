"""What people type: a user id, a name, an email address, a National Insurance number, any text. Pure functions."""

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

EMAIL_MOST: Final = 254  # RFC 5321, 4.5.3.1.3, less its angle brackets
NINO_TYPED_MOST: Final = 40
NAME_MOST: Final = 100
_USER_ID: Final = re.compile(r"[0-9]{12}")
_SEPARATORS: Final = re.compile(r"[\s.\u2010-\u2015\u2212_/-]+")
_FULL_WIDTH: Final = {0x3000: " "} | {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# HMRC NIM39110. Administrative look-alikes pass: the comparison with the record decides.
_NINO: Final = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]", re.ASCII)


def plain(text: str) -> str:
    """Text as it was meant: full-width forms made narrow, marks that can't be seen dropped, nothing else changed."""
    narrow = text.translate(_FULL_WIDTH)
    return "".join(char for char in narrow if unicodedata.category(char) != "Cf")


def one_line(text: str) -> str:
    """Plain text with each run of spaces, line ends and control characters as one space. NUL stays, to be refused."""
    return " ".join("".join(char if char.isprintable() or char == "\0" else " " for char in plain(text)).split())


def compact(text: str) -> str:
    """Plain text without spaces, dashes and dots: how codes and numbers are compared."""
    return _SEPARATORS.sub("", plain(text))


def user_id(text: str) -> str:
    """Twelve digits. ValueError where it isn't one."""
    digits = compact(text)
    if not _USER_ID.fullmatch(digits):
        raise ValueError("not 12 digits")
    return digits


def name(text: str) -> str:
    """A given or a family name, as it is kept. ValueError where it is blank, too long or no text."""
    kept = plain(text).strip()
    if not 0 < len(kept) <= NAME_MOST:
        raise ValueError(f"not 1 to {NAME_MOST} characters")
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in kept):
        raise ValueError("not text")
    return kept


def national_insurance_number(text: str) -> str:
    """Nine characters, upper case. ValueError where it isn't one."""
    number = compact(text) if len(text) <= NINO_TYPED_MOST else ""
    number = number.upper() if number.isascii() else ""
    if not _NINO.fullmatch(number):
        raise ValueError("not a National Insurance number")
    return number


def email_address(text: str) -> str:
    """One address as it is compared: lower case, its domain in ASCII (RFC 5891). ValueError where it isn't one."""
    local, at, domain = plain(text).strip().rpartition("@")
    try:
        address = f"{local}{at}{domain.encode('idna').decode()}"
        local.encode("ascii")  # Django's pattern ignores case, and so lets the Kelvin sign through as a k
        validate_email(address)
    except (UnicodeError, ValidationError) as error:
        raise ValueError("not an email address") from error
    if len(address) > EMAIL_MOST:
        raise ValueError("longer than an email address can be")
    return address.lower()
