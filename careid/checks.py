"""Start-up refusals: what is missing or unsafe, by the setting's name."""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Critical, Tags, register

from careid import crypto, limits, visitors


@register(Tags.security)
def unusable(**_: Any) -> list[CheckMessage]:
    """Wrong anywhere, the demo and the tests included."""
    return [Critical(f"{name}: {words}.", id=f"careid.{name}") for name, words in _unusable()]


@register(Tags.security, deploy=True)
def unsafe(**_: Any) -> list[CheckMessage]:
    """Wrong in production: `manage.py check --deploy`, and the web server before it starts."""
    if any(_unusable()):
        return []  # said already, and read below
    return [Critical(f"{name}: {words}.", id=f"careid.{name}.unsafe") for name, words in _unsafe()]


def _unusable() -> Iterator[tuple[str, str]]:
    tries: dict[str, Callable[[], object]] = {
        "CAREID_KEYS": lambda: crypto.ring(settings.KEYS),
        "CAREID_INDEX_KEYS": lambda: crypto.ring(settings.INDEX_KEYS),
        "CAREID_LIMITS": lambda: limits.modes(settings.LIMITS),
        "CAREID_TRUSTED_NETWORKS": lambda: visitors.trusted_networks(tuple(settings.TRUSTED_NETWORKS)),
    }
    for name, use in tries.items():
        try:
            use()
        except ValueError as error:
            yield name, str(error)
    if not settings.SECRET_KEY_GIVEN:
        yield "SECRET_KEY", "is not set"
    if not settings.ORIGIN:
        yield "CAREID_ORIGIN", "is not set; write it as https://careid.example.nhs.uk"
    if settings.CAPTCHA not in {"always", "never"}:
        yield "CAREID_CAPTCHA", "is neither always nor never"
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        yield "DATABASE_URL", "is not a Postgres address"


def _unsafe() -> Iterator[tuple[str, str]]:
    least = 40
    rings = [part.partition(":")[2] for part in f"{settings.KEYS},{settings.INDEX_KEYS}".split(",")]
    problems = {
        "DEBUG": (settings.DEBUG, "is on"),
        "CAREID_DEMO": (
            settings.DEMO,
            "this is the demo, with the demo's keys; set every setting and remove .demo",
        ),
        "SECRET_KEY": (len(settings.SECRET_KEY_GIVEN) < least, f"is shorter than {least} characters"),
        "CAREID_INDEX_KEYS": (len(set(rings)) < len(rings), "shares a key with CAREID_KEYS"),
        "CAREID_ORIGIN": (not settings.SECURE, "is not https"),
        "ALLOWED_HOSTS": (
            any(host.startswith(("*", ".")) for host in settings.ALLOWED_HOSTS),
            "has a wildcard",
        ),
        "CAREID_CAPTCHA": (settings.CAPTCHA != "always", "leaves the picture test out"),
        "CAPTCHA_TEST_MODE": (getattr(settings, "CAPTCHA_TEST_MODE", False), "lets anything pass"),
        "CAREID_LIMITS": ("enforce" not in limits.modes(settings.LIMITS).values(), "enforces nothing"),
        "EMAIL_URL": ("smtp" not in settings.EMAIL_BACKEND, "does not send"),
    }
    return ((name, words) for name, (wrong, words) in problems.items() if wrong)
