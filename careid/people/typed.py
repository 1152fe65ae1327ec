"""What people type or paste: a user id, a name, an email address, a National Insurance number, a code, any text.

Pure functions, and the one door of all text, from pages, files and commands alike. The length is looked at first:
normalising takes time with the square of a run of combining marks.
"""

import re
import unicodedata
from contextlib import suppress
from typing import Final

import idna
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

EMAIL_MOST: Final = 254  # RFC 5321, 4.5.3.1.3, less its angle brackets
NINO_TYPED_MOST: Final = 40
NAME_MOST: Final = 100
LINE_MOST: Final = 254  # characters of a line for which nothing smaller is said
DECOMPOSED: Final = 4  # characters that one of them is at most, its accents apart; each is four bytes at most (UTF-8)
TEXT_MOST: Final = DECOMPOSED * LINE_MOST
USER_ID_DIGITS: Final = 12
_USER_ID: Final = re.compile(rf"[0-9]{{{USER_ID_DIGITS}}}")
_SPACES: Final = r"\t\n\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"  # and no other control character
_RUN_OF_SPACES: Final = re.compile(f"[{_SPACES}]+")
_PASTED: Final = r"()\[\]{}<>,;:\"'`\u2018-\u201f\u00ab\u00bb\u2039\u203a"  # what stands around a number in a letter
_SEPARATORS: Final = re.compile(rf"[{_SPACES}{_PASTED}.\u2010-\u2015\u2212_/-]+")
_BETWEEN_DIGITS: Final = re.compile(rf"(?<=[0-9])[{_SPACES}.\u2010-\u2015\u2212_-]+(?=[0-9])")
_FULL_WIDTH: Final = {0x3000: " "} | {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NO_TEXT: Final = frozenset({"Cc", "Cn", "Co", "Cs"})  # control, unassigned, private use, half of a pair
# HMRC NIM39110. Administrative look-alikes pass: the comparison with the record decides.
_NINO: Final = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]", re.ASCII)
_LOOK_ALIKES: Final = str.maketrans("OIL", "011")


def bounded(text: str, most: int = LINE_MOST) -> str:
    """The text itself. ValueError where it is over `most` characters even if each was typed with its accents apart.

    Four times as many are let through, since only what normalises the text can count it: look again afterwards.
    """
    if len(text) > DECOMPOSED * most:
        raise ValueError(f"longer than {most} characters")
    return text


def plain(text: str) -> str:
    """Text as it was meant: full-width forms made narrow, marks that can't be seen dropped, nothing else changed.

    What is longer than anything that is asked for is cut first.
    """
    text = text[:TEXT_MOST]
    if text.isascii():
        return text
    return "".join(char for char in text.translate(_FULL_WIDTH) if unicodedata.category(char) != "Cf")


def one_line(text: str) -> str:
    """Plain text with each run of spaces and line ends as one space. What `is_text` refuses stays, to be refused."""
    return _RUN_OF_SPACES.sub(" ", plain(text)).strip(" ")


def composed(text: str) -> str:
    """One line as it is kept: NFC (UAX 15), so that an accent is one with its letter, however it was typed."""
    return unicodedata.normalize("NFC", one_line(text))


def is_text(line: str) -> bool:
    """Whether a line has only what can be seen: no control, private-use or unassigned character, nor half of a pair."""
    return line.isprintable() or not any(unicodedata.category(char) in _NO_TEXT for char in line)


def compact(text: str) -> str:
    """Plain text without spaces, dashes, dots, brackets, commas and quotes: how codes and numbers are compared."""
    return _SEPARATORS.sub("", plain(text))


def code(text: str, digits: int) -> str:
    """The one run of so many digits, spaces and dashes in it or not, whatever words were pasted with it.

    Blank where there is none, or more than one.
    """
    found = re.findall(r"(?<![0-9])[0-9]+(?![0-9])", _BETWEEN_DIGITS.sub("", plain(text)))
    fitting = [run for run in found if len(run) == digits]
    return fitting[0] if len(fitting) == 1 else ""


def user_id(text: str) -> str:
    """Twelve digits. ValueError where it isn't one."""
    digits = compact(bounded(text))
    if not _USER_ID.fullmatch(digits):
        raise ValueError("not 12 digits")
    return digits


def name(text: str, most: int = NAME_MOST) -> str:
    """A name of a person, as it is kept: composed. ValueError where it is blank, over `most` characters or no text."""
    kept = composed(text) if len(text) <= DECOMPOSED * most else ""
    if not 0 < len(kept) <= most:
        raise ValueError(f"not 1 to {most} characters")
    if not is_text(kept):
        raise ValueError("not text")
    return kept


def nino_fault(text: str) -> str:
    """What most likely is wrong with what is no National Insurance number, empty where neither of these explains it.

    `last_letter` is missing; a `letter_for_number` was typed: O for 0, I or L for 1.
    """
    number = compact(text[:NINO_TYPED_MOST]).upper()
    if _NINO.fullmatch(f"{number}A"):
        return "last_letter"
    mended = number[:2] + number[2:8].translate(_LOOK_ALIKES) + number[8:]
    return "letter_for_number" if _NINO.fullmatch(mended) else ""


def national_insurance_number(text: str) -> str:
    """Nine characters, upper case. ValueError where it isn't one."""
    number = compact(text) if len(text) <= NINO_TYPED_MOST else ""
    number = number.upper() if number.isascii() else ""
    if not _NINO.fullmatch(number):
        raise ValueError("not a National Insurance number")
    return number


def email_address(text: str) -> str:
    """One address as it is compared: lower case, its domain in ASCII. ValueError where it isn't one.

    Angle brackets, quotes and stops that were pasted around it are ignored. Refused are a quoted local part, which can
    hold markup and controls (RFC 5321, 4.1.2), and an address of a machine: nobody of the staff has either.
    """
    local, at, host = _unwrapped(bounded(text, EMAIL_MOST)).rpartition("@")
    try:
        address = f"{local}{at}{domain(host)}"
        local.encode("ascii")  # Django's pattern ignores case, and so lets the Kelvin sign through as a k
        validate_email(address)
    except (UnicodeError, ValidationError) as error:
        raise ValueError("not an email address") from error
    if '"' in local or "[" in host:
        raise ValueError("not an email address")
    if len(address) > EMAIL_MOST:
        raise ValueError("longer than an email address can be")
    return address.lower()


def start_of_address(text: str) -> str:
    """How an address begins, in the form that is compared as far as there is one: for searching."""
    local, at, host = _unwrapped(text).lower().partition("@")
    with suppress(UnicodeError):
        host = domain(host) if at else host
    return f"{local}{at}{host}"


def _unwrapped(text: str) -> str:
    before, _, address = plain(text).rpartition("<")
    address = (
        (address if "@" not in before else plain(text))
        .strip()
        .lstrip("<(['\u2018\u201c")
        .rstrip(">)]'\u2019\u201d;,.\t\n\r ")
    )
    return address[7:] if address[:7].lower() == "mailto:" else address


def domain(host: str) -> str:
    """A domain in ASCII and small letters: IDNA 2008 (RFC 5891) after UTS 46's mapping, not its transitional one.

    What IDNA 2003 wrote otherwise is never that other domain: straße.example is not strasse.example, which may be
    somebody else's. UnicodeError where it isn't one.
    """
    if host.isascii() and "xn--" not in host.lower():
        return host.lower()
    return idna.encode(host[:TEXT_MOST], uts46=True, std3_rules=True).decode()
