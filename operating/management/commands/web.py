"""The web server. It refuses to start where a setting is missing or unsafe, and finishes what is in flight."""

import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from careid.storing import database
from operating import checks, orphans

CONNECTIONS: Final = 4096  # at once, a process: one that is idle or drips its headers costs no thread
HEADERS_WITHIN: Final = 15_000  # milliseconds, for the headers and for the next request of an open connection
WAKE: Final = signal.SIGUSR2
HEADERS_MOST: Final = 64 * 1024  # bytes: the hard stop; `careid.serving.middleware` says no in words far below it


class Command(BaseCommand):
    help = "Serve the portal on HOST and PORT (127.0.0.1, 8000) with WEB_WORKERS (1) processes of WEB_THREADS (320)."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        with TemporaryDirectory(prefix="careid-") as folder:
            if settings.WEB_WORKERS > 1:
                # Read when the library is imported in each: /metrics tells of all of them.
                os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
            self.serve()

    def serve(self) -> None:
        if problems := [*checks.refusals(), *_webs_own(), *_taken(settings.HOST, settings.PORT)]:
            self.stderr.write("\n".join(problems))
            sys.exit(2)
        database.close_pool()  # which the checks opened
        _room_for_connections()
        _serve(settings.HOST, settings.PORT)


def _room_for_connections() -> None:
    """Allow two open files a connection, where the system's own limit lets us: its first offer is often 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS * 2 if hard == resource.RLIM_INFINITY else min(CONNECTIONS * 2, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _serve(host: str, port: int) -> None:
    Granian(
        "careid.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=settings.WEB_WORKERS,
        # A body that drips, or an answer that nobody reads, holds one. They start when they are needed, and end.
        blocking_threads=settings.WEB_THREADS,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN, max_buffer_size=HEADERS_MOST),
        respawn_failed_workers=True,
        workers_kill_timeout=orphans.GRACE,
        log_dictconfig=settings.LOGGING,
    ).serve(target_loader=partial(_load, os.getpid()), wrap_loader=False)


def _load(parent: int) -> Callable[..., Any]:
    """In each worker: the application. A worker whose parent was killed would serve for ever."""
    orphans.end_with(parent)
    _hear_when_asked_to_stop()
    application: Callable[..., Any] = import_string(settings.WSGI_APPLICATION)
    return application


def _hear_when_asked_to_stop() -> None:
    """Have a signal reach the main thread, whichever of its many threads the system gave it to.

    Python handles signals in the main thread alone, and granian's sleeps until one wakes it: else a worker now and then
    missed that it was asked to stop, took in more, and was killed with it.
    """
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.signal(WAKE, lambda *_: None)
    signal.set_wakeup_fd(told)
    threading.Thread(target=_pass_on, args=(heard, threading.get_ident()), daemon=True).start()


def _pass_on(heard: int, main: int) -> None:
    """Wake the main thread for each signal: one may be sent to the whole group, and again by granian."""
    while True:
        for number in os.read(heard, 64):
            if number != WAKE:
                signal.pthread_kill(main, WAKE)


def _webs_own() -> Iterator[str]:
    """What only the web is refused for."""
    if settings.SEAL_KEYS and checks.is_strict():
        yield "CAREID_SEAL_KEYS: is for the worker alone: who breaks into the web could seal a changed trail."
    if isinstance(staticfiles_storage, ManifestFilesMixin) and staticfiles_storage.read_manifest() is None:
        yield "The static files are not collected: run manage.py collectstatic."


def _taken(host: str, port: int) -> Iterator[str]:
    """Whether the port is somebody's: the server itself would share it with another of ours without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            yield f"HOST, PORT: {host} {port}: {error}."
