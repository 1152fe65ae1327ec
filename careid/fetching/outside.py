"""Calls to addresses that others chose: never to one inside, but for those that CAREID_FETCH_INSIDE names.

The connection is made to the very address that was looked at, so a name that means another one a moment later gains
nothing. No proxy and no password file of the machine is heeded: behind a proxy nobody could tell where a call ends.
"""

import ipaddress
import os
import socket
import threading
from contextvars import ContextVar
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from careid.fetching.fetcher import Answer, Fault, Fetcher, Unreachable

AT_ONCE: Final = 32
ADDRESSES_TRIED: Final = 3  # of one name
_GLOBAL_SIX: Final = ipaddress.ip_network("2000::/3")
_PORTS: Final = {"https": 443, "http": 80}


def is_named_inside(url: str) -> bool:
    """Whether CAREID_FETCH_INSIDE names where this leads, as host:port: it may be inside, or plain http."""
    try:
        parts = urlsplit(url)
        return _is_named(parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0))
    except ValueError:
        return False


def _is_named(host: str, port: int | None) -> bool:
    return f"{host.lower()}:{port}" in {one.strip().lower() for one in settings.FETCH_INSIDE}


def is_outside(written: str) -> bool:
    """Whether an IP address is one of the public internet: not ours, nobody's, and no other way to write such a one."""
    address = ipaddress.ip_address(written)
    if isinstance(address, ipaddress.IPv6Address) and (
        address not in _GLOBAL_SIX or address.sixtofour or address.teredo
    ):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


class _Line:
    """The connection of one call, which can be cut from outside: a server that drips a byte a minute holds nobody."""

    def __init__(self) -> None:
        self._ends: list[socket.socket] = []
        self._is_cut = False
        self._one = threading.Lock()

    def keep(self, sock: socket.socket) -> socket.socket:
        with self._one:
            if self._is_cut:
                sock.close()
                raise Unreachable(Fault.SLOW)
            self._ends.append(sock.dup())  # of the same connection: TLS takes the socket itself over
        return sock

    def cut(self) -> None:
        with self._one:
            self._is_cut = True
            for end in self._ends:
                with end:
                    _hang_up(end)


def _hang_up(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was over


_line: ContextVar[_Line] = ContextVar("line")  # of the call that this thread makes


def _connected(host: str, port: int, timeout: Any, options: Any) -> socket.socket:
    """A connection to the first of a name's addresses that answers and may be asked. Unreachable, OSError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty, or too long
        raise OSError("no name") from error
    named = _is_named(host.rstrip("."), port)
    allowed = [one for one in found if named or is_outside(str(one[4][0]).partition("%")[0])]
    if not allowed:
        raise Unreachable(Fault.INSIDE)
    fault: OSError = OSError("no address")
    for family, kind, protocol, _, address in allowed[:ADDRESSES_TRIED]:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(timeout)
            for option in options or ():
                sock.setsockopt(*option)
            sock.connect(address)
            return _line.get().keep(sock)
        except OSError as error:
            fault = error
            sock.close()
    raise fault


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connected(self._dns_host, self.port or 80, self.timeout, self.socket_options)


class _Secure(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connected(self._dns_host, self.port or 443, self.timeout, self.socket_options)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


class _Session(requests.Session):
    """One call's, over its own line."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter())

    def request(self, method: Any, url: Any, *args: Any, line: Any = None, **more: Any) -> requests.Response:
        _line.set(line)
        return super().request(method, url, *args, **more)


_FETCHER: Final = Fetcher(_Session, AT_ONCE)


def call(method: str, url: str, seconds: float, **more: Any) -> Answer:
    """The answer to one request within so many seconds, whatever it is. Raises Unreachable: INSIDE, and other Faults.

    `more` is what `requests` takes: data, headers. Plain http is for those that CAREID_FETCH_INSIDE names.
    """
    if not url.lower().startswith("https://") and not is_named_inside(url):
        raise Unreachable(Fault.INSIDE)
    line = _Line()
    try:
        return _FETCHER.call(method, url, seconds, line=line, **more)
    finally:
        line.cut()
