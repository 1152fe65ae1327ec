"""Clients that hear: a real HTTP server that keeps what it was told, and answers what it is bid to."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import jwt
from django.utils import timezone

from careid.people.services import Service
from provider import signing
from provider.models import Client, Logout


class Listener:
    """`heard` are the forms that came, `statuses` what it answers, one after the other; the last goes on."""

    def __init__(self, statuses):
        self.heard, self.statuses, self.hangs = [], list(statuses), threading.Event()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                listener.heard.append((self.headers["Content-Type"], parse_qsl(body, keep_blank_values=True)))
                if listener.statuses[0] is None:
                    listener.hangs.wait(20)
                    return
                status = listener.statuses.pop(0) if len(listener.statuses) > 1 else listener.statuses[0]
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", f"http://127.0.0.1:{listener.server.server_port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.address = f"http://{self.host}/logout"

    def tokens(self):
        return [dict(form)["logout_token"] for _, form in list(self.heard)]

    def claims(self):
        keys = {one["kid"]: one for one in signing.published()}
        for token in self.tokens():
            key = jwt.PyJWK(keys[jwt.get_unverified_header(token)["kid"]], algorithm="RS256")
            yield jwt.decode(token, key.key, algorithms=["RS256"], options={"verify_aud": False})

    def wait_for(self, count, seconds=15):
        end = time.monotonic() + seconds
        while len(self.heard) < count:
            assert time.monotonic() < end, f"{len(self.heard)} of {count} were told"
            time.sleep(0.05)


@contextmanager
def listener(*statuses):
    one = Listener(statuses or (200,))
    thread = threading.Thread(target=one.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        one.hangs.set()
        one.server.shutdown()
        one.server.server_close()


def a_client(name="Records", *, address="", **fields):
    service = Service.objects.get_or_create(name=name)[0]
    values = {"client_id": f"{name.lower()}.apps.example", "redirect_uris": ["https://records.example/back"]}
    return Client.objects.create(service=service, backchannel_logout_uri=address, **{**values, **fields})


def used_by(client, session, life):
    """As a redeemed code leaves it."""
    return Logout.objects.create(
        session_id=session.pk, client=client, profile=session.profile, over_at=timezone.now() + life
    )
