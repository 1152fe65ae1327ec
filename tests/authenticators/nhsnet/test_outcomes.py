"""The provider's errors: its number before the protocol's word, wherever it stands."""

import pytest

from authenticators.nhsnet.outcomes import outcome


@pytest.mark.parametrize(
    ("answer", "why", "number"),
    [
        ({"error": "access_denied", "error_description": "AADSTS53003: Blocked."}, "conditional_access", "53003"),
        ({"error": "interaction_required", "error_description": "AADSTS50076: Two."}, "second_step", "50076"),
        ({"error": "invalid_grant", "error_codes": [50079]}, "second_step", "50079"),
        (
            {"error": "invalid_grant", "error_codes": [70000, 53003], "error_description": ""},
            "conditional_access",
            "53003",
        ),
        (
            {"error": "invalid_grant", "error_description": "AADSTS70000: ... AADSTS53000: ..."},
            "device_policy",
            "53000",
        ),
        ({"error": "invalid_client", "error_description": "AADSTS7000222: Ended."}, "client", "7000222"),
        ({"error": "access_denied", "error_description": "AADSTS99999: New."}, "unknown", "99999"),
        ({"error": "invalid_grant", "error_codes": [99999]}, "unknown", "99999"),
        ({"error": "access_denied"}, "cancelled", ""),
        ({"error": "interaction_required"}, "second_step", ""),
        ({"error": "a_new_word"}, "unknown", ""),
        ({"error": "access_denied", "error_description": "AADSTS530031234567: no such number"}, "cancelled", ""),
        ({"error": "invalid_grant", "error_codes": "53003"}, "code", ""),
        ({"error": "invalid_grant", "error_codes": [None, {}, "<b>", -1, 10**9]}, "code", ""),
    ],
)
def test_the_number_is_read_before_the_word(answer, why, number):
    assert (outcome(answer).why, outcome(answer).number) == (why, number)
