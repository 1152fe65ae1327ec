"""The kinds there are, in the order offered: those that `settings.KINDS` names."""

from importlib import import_module
from typing import Final

from django.conf import settings

from authenticators.kind import Kind

_PACKAGES: Final[dict[str, str]] = {name.rpartition(".")[2]: name for name in settings.KINDS}
KINDS: Final[dict[str, Kind]] = {slug: import_module(f"{name}.kind").KIND for slug, name in _PACKAGES.items()}


def package(slug: str) -> str:
    """The dotted name of a kind's package."""
    return _PACKAGES[slug]


def choices() -> list[tuple[str, str]]:
    """For Authenticator.kind: a callable, so that a new kind needs no migration."""
    return [(kind.slug, kind.title) for kind in KINDS.values()]
