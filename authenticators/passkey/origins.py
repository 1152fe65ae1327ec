"""Where passkeys of this site are made and used (W3C Web Authentication, level 3, 5.11)."""

from django.conf import settings


def ours() -> list[str]:
    """The site's own origin, then those related to it."""
    return [settings.ORIGIN, *settings.RELATED_ORIGINS]
