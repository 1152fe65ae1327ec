"""Why a browser made or used no passkey: what it throws, and what our scripts say where they can't run."""

from typing import Final

from authenticators.passkey.words import Why

AT_ONCE: Final = 1_000  # milliseconds: faster than a person, so the browser or a policy refused
REASONS: Final = {
    "no_javascript": Why.NO_JAVASCRIPT,
    "unsupported": Why.UNSUPPORTED,
    "NotAllowedError": Why.CANCELLED,
    "AbortError": Why.CANCELLED,
    "TimeoutError": Why.CANCELLED,
    "InvalidStateError": Why.ALREADY_REGISTERED,
    "SecurityError": Why.WRONG_ADDRESS,
    "ConstraintError": Why.NO_SCREEN_LOCK,
    "NotSupportedError": Why.NO_KEY_TYPE,
    "TypeError": Why.BAD_OPTIONS,
    "DataError": Why.BAD_OPTIONS,
    "SyntaxError": Why.BAD_OPTIONS,
    "EncodingError": Why.BAD_OPTIONS,
}
ALL: Final = frozenset({*REASONS.values(), Why.REFUSED_AT_ONCE, Why.UNKNOWN})


def why(error: str, elapsed: int | None) -> Why:
    """The reason to tell. `error` is a DOMException's name or our script's word; `elapsed` is in milliseconds."""
    if error == "NotAllowedError" and elapsed is not None and elapsed < AT_ONCE:
        return Why.REFUSED_AT_ONCE
    return REASONS.get(error, Why.UNKNOWN)
