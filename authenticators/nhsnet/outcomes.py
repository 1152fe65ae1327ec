"""What the provider's errors come to: its own number says more than the protocol's word, and is read first."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from authenticators.nhsnet.words import Why

_AADSTS: Final = re.compile(r"AADSTS(\d{4,7})\b")
_NUMBER: Final = re.compile(r"\d{4,7}")
# Microsoft Entra: authentication and authorization error codes.
_NUMBERS: Final[dict[Why, str]] = {
    Why.CANCELLED: "65004",
    Why.CARE_IDENTITY: "50107 50008 51000",
    Why.CONSENT: "65001 90094 90095 900941 650052 50105",
    Why.TENANT: "50020 50177 90072 51004 500208",
    # Set up (50072, 50074, 50079), give (50076, 50078, 50158) or pass (500121) a second step.
    Why.SECOND_STEP: "50072 50074 50076 50078 50079 50158 500121",
    Why.CONDITIONAL_ACCESS: "53003 53004 53011 50131 530034 530035",
    # Not compliant, not joined, not managed, not known or not supported; and apps that are not approved.
    Why.DEVICE_POLICY: "53000 53001 53002 53009 530002 530003 530021 530032 50005 50097 50129 50155",
    Why.CODE: "70008 700082 54005 50089 501481 9002313",
    Why.ASSERTION_TIME: "700024",
    Why.CLIENT: "700016 700027 7000215 7000222",
    Why.PROVIDER: "50087 50196 90033 90055",
}
_CODES: Final = {number: why for why, numbers in _NUMBERS.items() for number in numbers.split()}
_ERRORS: Final = {
    "access_denied": Why.CANCELLED,
    "consent_required": Why.CONSENT,
    "interaction_required": Why.SECOND_STEP,
    "invalid_grant": Why.CODE,
    "invalid_client": Why.CLIENT,
    "unauthorized_client": Why.CLIENT,
    "temporarily_unavailable": Why.PROVIDER,
    "server_error": Why.PROVIDER,
}


class Outcome(NamedTuple):
    why: Why
    number: str = ""  # Entra's, which its administrators can look up


def outcome(answer: Mapping[str, Any]) -> Outcome:
    """An error of the provider as one of our reasons. Nothing of its text goes further but the number."""
    number = _number(answer)
    if number:
        return Outcome(_CODES.get(number, Why.UNKNOWN), number)
    return Outcome(_ERRORS.get(str(answer.get("error")), Why.UNKNOWN))


def _number(answer: Mapping[str, Any]) -> str:
    """The first that is known, of the description and of the token endpoint's list; else the first."""
    listed = answer.get("error_codes")
    codes = [str(code) for code in listed[:10]] if isinstance(listed, list) else []
    found = [*_AADSTS.findall(str(answer.get("error_description", ""))[:2000]), *filter(_NUMBER.fullmatch, codes)]
    return next((number for number in found if number in _CODES), found[0] if found else "")
