"""Start-up refusals: what is missing or unsafe, by the setting's name."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Critical, Tags, register

from careid import crypto, limits, visitors

SECRET_KEY_LEAST, SECRET_KEY_SIGNS = 40, 10
TOKEN_LEAST = 32


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
    if settings.TRUSTED_PROXIES < 0:
        yield "CAREID_TRUSTED_PROXIES", "is not a count of our own hops"
    if settings.CAPTCHA not in {"always", "never"}:
        yield "CAREID_CAPTCHA", "is neither always nor never"
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        yield "DATABASE_URL", "is not a Postgres address"


def _unsafe() -> Iterator[tuple[str, str]]:
    secret, host = settings.SECRET_KEY_GIVEN, settings.RP_ID
    keys, index_keys = (set(crypto.ring(ring).values()) for ring in (settings.KEYS, settings.INDEX_KEYS))
    problems = {
        "DEBUG": (settings.DEBUG, "is on"),
        "CAREID_DEMO": (settings.DEMO, "this is the demo, with the demo's keys; set every setting and remove .demo"),
        "SECRET_KEY": (
            len(secret) < SECRET_KEY_LEAST or len(set(secret)) < SECRET_KEY_SIGNS,
            f"is shorter than {SECRET_KEY_LEAST} characters, or hardly random",
        ),
        "CAREID_INDEX_KEYS": (bool(keys & index_keys), "shares a key with CAREID_KEYS"),
        "CAREID_ORIGIN": (
            f"https://{urlsplit(settings.ORIGIN).netloc}" != settings.ORIGIN,
            "is not https://host alone",
        ),
        "ALLOWED_HOSTS": (
            host not in settings.ALLOWED_HOSTS or any(name.startswith(("*", ".")) for name in settings.ALLOWED_HOSTS),
            "has a wildcard, or lacks the origin's host",
        ),
        "CAREID_CAPTCHA": (settings.CAPTCHA != "always", "leaves the picture test out"),
        "CAPTCHA_TEST_MODE": (getattr(settings, "CAPTCHA_TEST_MODE", False), "lets anything pass"),
        "CAREID_LIMITS": (_lets_go(), "must begin with enforce, put no limit off, and enforce the wrong codes"),
        "DEFAULT_FROM_EMAIL": ("@localhost" in settings.DEFAULT_FROM_EMAIL, "names no address of ours"),
        "CAREID_METRICS_TOKEN": (
            0 < len(settings.METRICS_TOKEN) < TOKEN_LEAST,
            f"is shorter than {TOKEN_LEAST} characters",
        ),
        "EMAIL_URL": ("smtp" not in settings.EMAIL_BACKEND, "does not send"),
    }
    return ((name, words) for name, (wrong, words) in problems.items() if wrong)


def _lets_go() -> bool:
    modes = limits.modes(settings.LIMITS)
    guesses = {modes[limit.name] for limit in (limits.CODE_WRONG_DAY, limits.CODE_WRONG_IN_A_ROW)}
    return not settings.LIMITS.strip().startswith("enforce") or "off" in modes.values() or guesses != {"enforce"}
