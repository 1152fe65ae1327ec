"""The stand-in sign-in as a process of the demo, or as a thread of a test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from demo.provider import Provider


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(WSGIRequestHandler):
    def log_message(self, *_: Any, **__: Any) -> None:
        """Nothing: an address holds the code."""


def listen(provider: Provider, port: int = 0) -> _Server:
    """A server on this port of this machine, or on a free one, which the provider then names to browsers."""
    server = _Server(("127.0.0.1", port), _Handler)
    server.set_app(provider)
    provider.port = server.server_port
    return server


@contextmanager
def running(provider: Provider) -> Iterator[Provider]:
    """The provider, served by a thread on a free port."""
    with listen(provider) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
