"""What the provider's errors come to."""

import re
from collections.abc import Mapping
from typing import Any, Final

_AADSTS: Final = re.compile(r"AADSTS(\d{4,7})")
# Entra's codes say more than the protocol's words (Microsoft Entra: authentication and authorization error codes).
_CODES: Final = {
    **dict.fromkeys(("65004",), "cancelled"),
    **dict.fromkeys(("50107", "50008", "51000"), "care_identity"),
    **dict.fromkeys(("65001", "90094", "90095", "900941", "650052", "50105"), "consent"),
    **dict.fromkeys(("50020", "50177", "90072", "51004", "500208"), "tenant"),
    **dict.fromkeys(("70008", "700082", "54005", "50089"), "code"),
    **dict.fromkeys(("700024",), "assertion_time"),
}
_ERRORS: Final = {
    "access_denied": "cancelled",
    "consent_required": "consent",
    "interaction_required": "consent",
    "invalid_grant": "code",
    "invalid_client": "client",
    "unauthorized_client": "client",
    "temporarily_unavailable": "provider",
    "server_error": "provider",
}


def outcome(answer: Mapping[str, Any]) -> str:
    """An error of the provider as one of our reasons. Nothing of its text goes further."""
    code = _AADSTS.search(str(answer.get("error_description", ""))[:2000])
    return _CODES.get(code[1] if code else "") or _ERRORS.get(str(answer.get("error")), "unknown")
