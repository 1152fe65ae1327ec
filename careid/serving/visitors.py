"""Who asks, as far as an address tells."""

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.http import HttpRequest

_WITH_PORT: Final = re.compile(r"(?:\[(?P<six>[^\]]*)\]|(?P<four>[^:]*))(?::[0-9]{1,5})?")
NOBODY: Final = ipaddress.IPv4Address(0)  # a subject of its own, for all whose address can't be read
TRUSTED_ROOM: Final = 10  # times, for the networks of CAREID_TRUSTED_NETWORKS
FROM_A_PROXY: Final = ("HTTP_X_FORWARDED", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


@dataclass(frozen=True)
class Visitor:
    """Where a request comes from, as limits see it: `address` (IPv6 by /64), `network` (/24 or /48), `room`."""

    address: str
    network: str
    room: int


def read(request: HttpRequest) -> Visitor:
    """Who is counted: the address behind exactly CAREID_TRUSTED_PROXIES hops; 0.0.0.0 where none can be read."""
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if settings.TRUSTED_PROXIES > 0 else []
    written = (
        hops[-settings.TRUSTED_PROXIES]
        if len(hops) >= settings.TRUSTED_PROXIES > 0
        else request.META.get("REMOTE_ADDR", "")
    )
    return _visitor(written, tuple(settings.TRUSTED_NETWORKS))


@lru_cache(maxsize=4096)  # one visitor asks for many pages
def _visitor(written: str, networks: tuple[str, ...]) -> Visitor:
    address = _address(written)
    six = address.version == 6
    trusted = any(address in network for network in trusted_networks(networks))
    return Visitor(
        address=str(ipaddress.ip_network((address, 64 if six else 32), strict=False).network_address),
        network=str(ipaddress.ip_network((address, 48 if six else 24), strict=False)),
        room=TRUSTED_ROOM if trusted else 1,
    )


def on_this_machine(request: HttpRequest) -> bool:
    """Whether a program here asks, and not through a proxy: one that passes a visitor on says so in a header."""
    passed_on = any(name.startswith(FROM_A_PROXY) for name in request.META)
    return not passed_on and _address(request.META.get("REMOTE_ADDR", "")).is_loopback


def _address(written: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        address = ipaddress.ip_address(_without_port(written.strip()))
    except ValueError:
        return NOBODY
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _without_port(written: str) -> str:
    """Some proxies write where a connection came from with its port: 198.51.100.7:1234, [2001:db8::1]:443."""
    found = _WITH_PORT.fullmatch(written)
    return (found["six"] or found["four"]) if found else written


@lru_cache(maxsize=8)
def trusted_networks(written: tuple[str, ...]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """CAREID_TRUSTED_NETWORKS, read. ValueError where one isn't a network."""
    return [ipaddress.ip_network(network.strip()) for network in written]
