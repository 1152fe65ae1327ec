"""Whom the settings let in, and what they let out: networks, origins, mail, the database. In production alone."""

import ipaddress
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings

from careid.serving import visitors
from careid.storing import crypto

HTTPS_HOST: Final = re.compile(r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
# Addresses that may be trusted in all: four networks as large as 10.0.0.0/8, or as an IPv6 provider's /32.
TRUSTED_MOST: Final = {4: 4 * 2**24, 6: 4 * 2**96}
HOPS_MOST: Final = 3
KEY_SIGNS: Final = 16  # different bytes, of 32: a random key has 30 and never so few
TLS_MODES: Final = {"require", "verify-ca", "verify-full"}
Problem = tuple[str, object, str]  # the setting, whether it is wrong, and why


def refused() -> Iterator[Problem]:
    """What web and worker don't start with."""
    yield "DATABASE_URL", _is_the_demos(), "is the demo's own database"
    yield "CAREID_TRUSTED_NETWORKS", _trusts_too_many(), "trusts more than hospitals: name their own networks"
    related = all(map(HTTPS_HOST.fullmatch, settings.RELATED_ORIGINS))
    yield "CAREID_RELATED_ORIGINS", not related, "has one that is not https://host alone, in small letters"
    yield "EMAIL_URL", _mails_in_clear(), "sends codes in clear over more than a private network: write smtp+tls://"
    for name in ("KEYS", "INDEX_KEYS", "SEAL_KEYS"):
        yield f"CAREID_{name}", _is_hardly_random(getattr(settings, name)), "has a key that is hardly random"


def doubtful() -> Iterator[Problem]:
    """What they say at start, and start with: some are switches for a while, some an operator may have reasons for."""
    yield "DATABASE_URL", _asks_in_clear(), "may go over the network in clear: add sslmode=verify-full"
    yield "CAREID_REVEAL_NO_MATCH", settings.REVEAL_NO_MATCH, "is on, which tells strangers who is on file"
    hold = settings.HOLD_AFTER_CHANGE
    yield "CAREID_HOLD_AFTER_CHANGE", hold < timedelta(hours=1), "is 0: what is added after a change works at once"
    beside = settings.HOLD_WHERE_ONE_STANDS
    yield (
        "CAREID_HOLD_WHERE_ONE_STANDS",
        beside < timedelta(hours=1),
        "is 0: what is added beside another works at once",
    )
    yield "CAREID_ALLOW_RP_ID_CHANGE", settings.ALLOW_RP_ID_CHANGE, "is on: switch it off once the host has moved"
    hops = settings.TRUSTED_PROXIES
    yield "CAREID_TRUSTED_PROXIES", hops == 0, "is 0: the proxy's own address is counted for every visitor"
    yield "CAREID_TRUSTED_PROXIES", hops > HOPS_MOST, "is more hops than most run: one too many lets visitors choose"


def is_near(host: str) -> bool:
    """Whether a host is this machine or of a private network by what it is called; a socket's folder is."""
    name = host.strip("[]").rstrip(".").lower()
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name.startswith("/") or "." not in name or name.endswith((".internal", ".localhost"))
    return address.is_private or address.is_loopback


def _trusts_too_many() -> bool:
    sizes = {4: 0, 6: 0}
    try:
        networks = visitors.trusted_networks(tuple(settings.TRUSTED_NETWORKS))
    except ValueError:
        return False  # said already
    for network in networks:
        sizes[network.version] += network.num_addresses
    return any(sizes[version] > TRUSTED_MOST[version] for version in sizes)


def _mails_in_clear() -> bool:
    encrypted = settings.EMAIL_CONFIG.get("EMAIL_USE_TLS") or settings.EMAIL_CONFIG.get("EMAIL_USE_SSL")
    return not (encrypted or is_near(settings.EMAIL_CONFIG.get("EMAIL_HOST") or ""))


def _asks_in_clear() -> bool:
    database: dict[str, Any] = settings.DATABASES["default"]
    host = str(database["OPTIONS"].get("host", database.get("HOST") or ""))
    return database["OPTIONS"].get("sslmode") not in TLS_MODES and not all(map(is_near, host.split(",")))


def _is_hardly_random(ring: str) -> bool:
    try:
        return bool(ring) and any(len(set(key)) < KEY_SIGNS for key in crypto.ring(ring).values())
    except crypto.BadKeys:
        return False  # said already


def _is_the_demos() -> bool:
    folder = settings.DEMO_FOLDER / "postgres"
    if not folder.exists():
        return False
    from demo import postgres  # noqa: PLC0415  only where there is a demo

    database: dict[str, Any] = settings.DATABASES["default"]
    host = quote(str(database["OPTIONS"].get("host", database["HOST"])), safe="")
    return postgres.url(folder).endswith(f"?host={host}")
