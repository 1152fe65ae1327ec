"""What the provider's errors come to."""

import re
from collections.abc import Mapping
from typing import Any, Final

from authenticators.nhsnet.words import Why

_AADSTS: Final = re.compile(r"AADSTS(\d{4,7})")
# Entra's codes say more than the protocol's words (Microsoft Entra: authentication and authorization error codes).
_CODES: Final[dict[str, Why]] = {
    **dict.fromkeys(("65004",), Why.CANCELLED),
    **dict.fromkeys(("50107", "50008", "51000"), Why.CARE_IDENTITY),
    **dict.fromkeys(("65001", "90094", "90095", "900941", "650052", "50105"), Why.CONSENT),
    **dict.fromkeys(("50020", "50177", "90072", "51004", "500208"), Why.TENANT),
    **dict.fromkeys(("70008", "700082", "54005", "50089"), Why.CODE),
    **dict.fromkeys(("700024",), Why.ASSERTION_TIME),
}
_ERRORS: Final = {
    "access_denied": Why.CANCELLED,
    "consent_required": Why.CONSENT,
    "interaction_required": Why.CONSENT,
    "invalid_grant": Why.CODE,
    "invalid_client": Why.CLIENT,
    "unauthorized_client": Why.CLIENT,
    "temporarily_unavailable": Why.PROVIDER,
    "server_error": Why.PROVIDER,
}


def outcome(answer: Mapping[str, Any]) -> Why:
    """An error of the provider as one of our reasons. Nothing of its text goes further."""
    code = _AADSTS.search(str(answer.get("error_description", ""))[:2000])
    return _CODES.get(code[1] if code else "") or _ERRORS.get(str(answer.get("error")), Why.UNKNOWN)
