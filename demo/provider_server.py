"""The stand-in sign-in, and the sample service, as processes of the demo or as threads of a test."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any, Protocol, TypeVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer


class Served(Protocol):
    """A WSGI application that names itself to browsers by its port."""

    port: int

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]: ...


Here = TypeVar("Here", bound=Served)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(WSGIRequestHandler):
    def log_message(self, *_: Any, **__: Any) -> None:
        """Nothing: an address holds the code."""


def listen(served: Served, port: int = 0) -> _Server:
    """A server on this port of this machine, or on a free one, which is then named to browsers."""
    server = _Server(("127.0.0.1", port), _Handler)
    server.set_app(served)
    served.port = server.server_port
    return server


@contextmanager
def running(served: Here) -> Iterator[Here]:
    """It, served by a thread on a free port."""
    with listen(served) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
