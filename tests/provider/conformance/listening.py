"""What a relying party publishes and hears, on a port of this machine."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Listener:
    """`published` is its key set, `answer` the status of what is posted, and `heard` what was: headers and body."""

    def __init__(self):
        self.published, self.answer, self.heard, self.asked = {"keys": []}, 200, [], 0
        self.port, self.scheme, self.spoken = 0, "http", set()

    @property
    def inside(self):
        return f"localhost:{self.port}"

    def address(self, path="/"):
        return f"{self.scheme}://{self.inside}{path}"


@contextmanager
def listening(tls=None):
    """Over plain http, or by a server's context over TLS: `spoken` has the versions of it that were agreed on."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            listener.asked += 1
            self.reply(200, json.dumps(listener.published).encode())

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            listener.heard.append((self.path, self.headers, body))
            listener.spoken |= {self.connection.version()} if tls else set()
            self.reply(listener.answer)

        def reply(self, status, body=b""):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Nothing."""

    with ThreadingHTTPServer(("localhost", 0), Handler) as server:
        listener.port = server.server_port
        if tls:
            server.socket, listener.scheme = tls.wrap_socket(server.socket, server_side=True), "https"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield listener
        finally:
            server.shutdown()
            thread.join()
