"""Start-up refusals: what is missing or unsafe, by the setting's name."""

import base64
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import combinations
from typing import Any, Final

from django.conf import settings
from django.core import checks
from django.db import DatabaseError

from apply import user_ids
from careid.limits import limits
from careid.serving import visitors
from careid.storing import crypto
from operating import grants, reach
from operating.reach import Problem

SECRET_KEY_LEAST, SECRET_KEY_SIGNS = 40, 10
TOKEN_LEAST: Final = 32
PROOF_LEAST: Final = 1_000
OWNER: Final = "careid.DATABASE_URL.owner"
ROLES: Final = "web and worker need a role each, prepared by manage.py grants (docs/deploy.md)"
OURS: Final = ("ATTEMPT", "VISIT", "HERE", "KNOWN", "WAY", "APPLY", "ASSISTED", "PASSING")
COOKIES: Final = {
    **{f"{one}_COOKIE": "__Host-" for one in OURS},
    "CSRF_COOKIE_NAME": "__Host-",
    "SESSION_COOKIE_NAME": "__Secure-",
}


def refusals() -> list[str]:
    """A line for each thing that `web` and `worker` don't start with. The demo isn't held to production's rules.

    What they start with all the same, and should not, is said on standard error.
    """
    found = _serious(checks.run_checks(include_deployment_checks=is_strict()))
    if found:
        return found
    # The database is asked last: one that is not there takes its time.
    asked = checks.run_checks(tags=[checks.Tags.database], databases=["default"], include_deployment_checks=is_strict())
    return _serious(asked) or list(_owner())


def _serious(found: list[checks.CheckMessage]) -> list[str]:
    ours = [one for one in found if str(one.id).startswith("careid.") and not one.is_serious()]
    sys.stderr.writelines(f"Warning: {one.msg}\n" for one in ours if not one.is_silenced())
    return [f"{one.msg} ({one.id})" for one in found if one.is_serious() and not one.is_silenced()]


def _owner() -> Iterator[str]:
    """Whoever breaks into a process that owns the tables takes the triggers off, and writes the trail anew."""
    with suppress(DatabaseError):  # a database that is away is somebody else's to report
        if is_strict() and grants.owns_the_tables():
            yield f"DATABASE_URL: the role {grants.current_role()} owns the tables; {ROLES}. ({OWNER})"


def is_strict() -> bool:
    """Whether production's rules hold: on https, and wherever neither DEBUG nor the demo is on."""
    return settings.SECURE or not (settings.DEBUG or settings.DEMO)


@checks.register(checks.Tags.security)
def unusable(**_: Any) -> list[checks.CheckMessage]:
    """Wrong anywhere, the demo and the tests included."""
    return [checks.Critical(f"{name}: {words}.", id=f"careid.{name}") for name, words in _unusable()]


@checks.register(checks.Tags.security, deploy=True)
def unsafe(**_: Any) -> list[checks.CheckMessage]:
    """Wrong in production: `manage.py check --deploy`, and the web server and the worker before they start."""
    said = {name for name, _ in _unusable()}
    problems = (*_keys(), *_place(), *_journey(), *_help(), *reach.refused())
    found = ((name, words) for name, wrong, words in problems if wrong and name not in said)
    return [checks.Critical(f"{name}: {words}.", id=f"careid.{name}.unsafe") for name, words in found]


@checks.register(checks.Tags.security, deploy=True)
def doubtful(**_: Any) -> list[checks.CheckMessage]:
    """Said in production, and started with."""
    found = reach.doubtful()
    return [checks.Warning(f"{name}: {words}.", id=f"careid.{name}.doubtful") for name, wrong, words in found if wrong]


@checks.register(checks.Tags.security)
def unknown(**_: Any) -> list[checks.CheckMessage]:
    return [checks.Warning(words, id="careid.unknown") for words in settings.UNKNOWN_SETTINGS]


@checks.register(checks.Tags.database, deploy=True)
def too_mighty(*, databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """What the database's role may do beyond what web and worker need, with which a stranger could undo the trail."""
    if "default" not in (databases or ()):
        return []
    try:
        role = grants.current_role()
        found = grants.excess(role, worker=bool(settings.SEAL_KEYS))
    except DatabaseError:
        return []  # a database that is away is somebody else's to report
    warnings = [f"DATABASE_URL: the role {role} {can}; {ROLES}." for can in found]
    return [checks.Warning(warning, id="careid.DATABASE_URL.role") for warning in warnings[:1]]


def _unusable() -> Iterator[tuple[str, str]]:
    tries: dict[str, Callable[[], object]] = {
        "CAREID_KEYS": lambda: crypto.ring(settings.KEYS),
        "CAREID_INDEX_KEYS": lambda: crypto.ring(settings.INDEX_KEYS),
        "CAREID_SEAL_KEYS": lambda: settings.SEAL_KEYS and crypto.ring(settings.SEAL_KEYS),
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
    if settings.USER_ID_RANGE and user_ids.bounds() is None:
        yield "CAREID_USER_ID_RANGE", "is not first-last, two user ids of 12 digits of which the lower stands first"
    if settings.CAPTCHA not in {"always", "never"}:
        yield "CAREID_CAPTCHA", "is neither always nor never"


def _keys() -> Iterator[Problem]:
    secret, token = settings.SECRET_KEY_GIVEN, settings.METRICS_TOKEN
    weak = len(secret) < SECRET_KEY_LEAST or len(set(secret)) < SECRET_KEY_SIGNS
    yield "SECRET_KEY", weak, f"is shorter than {SECRET_KEY_LEAST} characters, or hardly random"
    yield "CAREID_METRICS_TOKEN", 0 < len(token) < TOKEN_LEAST, f"is shorter than {TOKEN_LEAST} characters"
    keys = {name: _keys_in(text) for name, text in settings.SECRETS.items()}
    for one, other in combinations(keys, 2):
        yield other, bool(keys[one] & keys[other]), f"shares a key with {one}"


def _keys_in(secret: str) -> set[str]:
    """A ring's keys, whatever their ids; a secret that is no ring is one key. None where it is not set."""
    try:
        return {base64.b64encode(key).decode() for key in crypto.ring(secret).values()}
    except crypto.BadKeys:
        return {secret} - {""}


def _place() -> Iterator[Problem]:
    hosts = settings.ALLOWED_HOSTS
    lacks = bool(settings.ORIGIN) and settings.RP_ID not in hosts
    wild = lacks or any(name.startswith(("*", ".")) for name in hosts)
    yield "DEBUG", settings.DEBUG, "is on"
    yield "CAREID_DEMO", settings.DEMO, "this is the demo, with the demo's keys; set every setting and remove .demo"
    https = reach.HTTPS_HOST.fullmatch(settings.ORIGIN)
    yield "CAREID_ORIGIN", not https, "is not https://host alone, in small letters"
    yield "ALLOWED_HOSTS", wild, "has a wildcard, or lacks the origin's host"
    if https:  # from which the cookies follow
        yield from _cookies()


def _cookies() -> Iterator[Problem]:
    for which in ("SESSION", "CSRF"):
        yield f"{which}_COOKIE_SECURE", not getattr(settings, f"{which}_COOKIE_SECURE"), "is off"
        yield f"{which}_COOKIE_HTTPONLY", not getattr(settings, f"{which}_COOKIE_HTTPONLY"), "is off"
        lax = getattr(settings, f"{which}_COOKIE_SAMESITE") in {"Lax", "Strict"}
        yield f"{which}_COOKIE_SAMESITE", not lax, "is neither Lax nor Strict"
    for name, prefix in COOKIES.items():
        yield name, not getattr(settings, name).startswith(prefix), f"does not begin with {prefix}"


def _journey() -> Iterator[Problem]:
    yield "CAREID_CAPTCHA", settings.CAPTCHA != "always", "leaves the picture test out"
    yield "CAPTCHA_TEST_MODE", getattr(settings, "CAPTCHA_TEST_MODE", False), "lets anything pass"
    few = settings.PROOF_GUESSES < PROOF_LEAST
    yield "CAREID_PROOF_GUESSES", few, f"is under {PROOF_LEAST}: too little work to stand in for the picture"
    enforced = "must begin with enforce, put no limit off, and enforce the wrong codes and sign-ins"
    yield "CAREID_LIMITS", _lets_go(), enforced
    yield "DEFAULT_FROM_EMAIL", "@localhost" in settings.DEFAULT_FROM_EMAIL, "names no address of ours"
    yield "EMAIL_URL", "smtp" not in settings.EMAIL_BACKEND, "does not send"


def _help() -> Iterator[Problem]:
    for name in ("OPERATOR", "SERVICE_DESK", "SECURITY_CONTACT", "PRIVACY_CONTACT", "APPLY_URL"):
        yield f"CAREID_{name}", not getattr(settings, name).strip(), "is empty, and the help pages need it"
    plain = settings.APPLY_URL and not settings.APPLY_URL.startswith("https://")
    yield "CAREID_APPLY_URL", plain, "does not begin with https://"


def _lets_go() -> bool:
    try:
        modes = limits.modes(settings.LIMITS)
    except ValueError:
        return False  # said already
    doors = (*limits.SIGN_IN_NAME, *limits.SIGN_IN_ADDRESS, *limits.SIGN_IN_BROWSER)
    wrong = (limit for limit in limits.ALL.values() if limit.counts_guesses)  # those of the kinds too
    guesses = {modes[limit.name] for limit in (*wrong, *doors)}
    return not settings.LIMITS.strip().startswith("enforce") or "off" in modes.values() or guesses != {"enforce"}
