"""The kinds there are, in the order offered. A fourth is one more word in one line, and its package."""

from importlib import import_module
from typing import Final

from authenticators.kind import Kind

KINDS: Final[dict[str, Kind]] = {
    slug: import_module(f"authenticators.{slug}").KIND for slug in ("totp", "nhsnet", "passkey")
}


def choices() -> list[tuple[str, str]]:
    """For Authenticator.kind: a callable, so that a new kind needs no migration."""
    return [(kind.slug, kind.title) for kind in KINDS.values()]
