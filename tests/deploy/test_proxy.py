"""What the proxy does about a web that is lost: real nginx with the settings of deploy/, webs made for it."""

import http.client
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings
from django.urls import reverse

from tests.deploy import proxy
from tests.deploy.files import ROOT
from tests.serving.running import until

pytestmark = proxy.needs_nginx
ASKED = 10
INSIDE = "/admin/login/inside/?part"
MOST = settings.UPLOAD_MOST
FILE = b"x" * MOST
FILES = ("/admin/apply/invitation/file/", "/admin/moves/move/7/people/")


class Web(BaseHTTPRequestHandler):
    """Answers, or where its server is `dying` takes a request and hangs up. It `knows` who is in, or nobody, or is `ill`."""

    def do_GET(self):
        if self.path == INSIDE:
            self.send_response(503 if self.server.ill else 204 if self.server.knows else 403)
            self.end_headers()
            return
        self.server.asked.append(self.command)
        if int(self.headers.get("Content-Length") or 0) > MOST:  # which it says before it reads any of it
            self.close_connection = True
            self.send_error(413)
            return
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.dying:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Location", self.path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self):
        self.do_GET()

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Web)
        self.asked, self.port = [], self.server_address[1]
        self.dying = self.knows = self.ill = False


@pytest.fixture
def webs():
    """Two that answer."""
    servers = [Server(), Server()]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield servers
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def silent():
    """A port that takes no connection and says nothing, as a machine that was lost: its queue is full."""
    with ExitStack() as held:
        full = held.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        yield full.getsockname()[1]


@pytest.fixture
def through(tmp_path):
    """Start nginx before these ports; returns how to ask it."""
    subprocess.run([sys.executable, ROOT / "deploy" / "make_secrets.py", tmp_path / "secrets"], check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        listen = free.getsockname()[1]
    with ExitStack() as running:

        def start(*ports):
            words = proxy.settings(tmp_path, tmp_path / "secrets", ports, listen)
            process = running.enter_context(subprocess.Popen(words, stderr=subprocess.DEVNULL))
            running.callback(process.terminate)
            until(lambda: answers(listen))
            return lambda method="GET", path="/", body=b"a=b": ask(listen, method, path, body)

        yield start


def ask(port, method, path, body=b"a=b"):
    line = http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=ssl._create_unverified_context())
    line.request(method, path, body=body if method == "POST" else None)
    status = line.getresponse().status
    line.close()
    return status


def answers(port):
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def test_a_web_that_is_lost_without_a_word_costs_a_second_at_most(webs, silent, through):
    asking = through(webs[0].port, silent)
    for method in ("GET", "POST"):
        took = []
        for _ in range(ASKED):
            began = time.monotonic()
            assert asking(method) == 200
            took.append(time.monotonic() - began)
        assert max(took) < 1
        assert sum(one > 0.4 for one in took) <= 2  # the others don't wait: one a second tries whether it is back


def test_a_post_that_may_have_been_done_is_not_done_again(webs, through):
    asking = through(*(web.port for web in webs))
    for web in webs:
        web.dying = True
    assert asking("POST") == 502
    assert [len(web.asked) for web in webs] in ([1, 0], [0, 1])


@pytest.mark.parametrize("path", FILES)
def test_a_file_of_whoever_is_in_goes_through_and_is_never_written_down(path, webs, through, tmp_path):
    asking = through(*(web.port for web in webs))
    kept = tmp_path / "tmp" / "body"
    made = kept.stat().st_mtime_ns
    for web in webs:
        web.knows = True
    assert asking("POST", path, FILE) == 200
    assert (kept.stat().st_mtime_ns, list(kept.iterdir())) == (made, [])


@pytest.mark.parametrize("path", FILES)
def test_of_a_file_of_anybody_else_nothing_reaches_the_portal_and_they_are_led_to_its_door(path, webs, through):
    asking = through(*(web.port for web in webs))
    assert (asking("POST", path, FILE), asking("GET", path)) == (303, 303)
    assert [web.asked for web in webs] == [[], []]


@pytest.mark.parametrize("over", [1, 100_000, 1_000_000, 30_000_000])
def test_a_file_that_is_too_large_is_refused_by_the_portal_itself_by_its_length(over, webs, through):
    asking = through(*(web.port for web in webs))
    for web in webs:
        web.knows = True
    assert {asking("POST", path, FILE + b"x" * over) for path in FILES for _ in range(5)} == {413}
    assert sum(len(web.asked) for web in webs) == 10


def test_where_the_portal_can_not_say_who_is_in_the_file_pages_are_not_there_for_now(webs, through):
    asking = through(*(web.port for web in webs))
    for web in webs:
        web.ill = True
    assert {asking(method, path, FILE) for path in FILES for method in ("GET", "POST")} == {503}
    assert [web.asked for web in webs] == [[], []]


def test_no_other_page_is_asked_with_more_than_a_form(webs, through):
    asking = through(*(web.port for web in webs))
    for path in ("/details/", "/admin/apply/invitation/", "/admin/moves/move/x/people/", f"/x{FILES[0]}", "/inside"):
        assert asking("POST", path, b"x" * 150_000) in {404, 413}
    assert [web.asked for web in webs] == [[], []]


def test_the_proxy_asks_where_the_portal_answers():
    assert reverse("admin:inside") == INSIDE.removesuffix("?part")


def test_a_state_as_long_as_one_may_be_goes_through_to_the_portal_and_back_in_its_answers_headers(webs, through):
    asking = through(*(web.port for web in webs))
    for state in ("s" * 2_048, "%C3%A9" * 1_024, "%2B" * 2_048):  # at most so long, however it is written
        assert asking(path=f"/oidc/authorize?client_id=example&state={state}") == 200


def test_one_that_is_gone_is_passed_over_and_one_that_is_back_is_used(webs, through):
    gone = webs[1]
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    asking = through(webs[0].port, port)
    assert {asking("POST") for _ in range(ASKED)} == {200}
    back = ThreadingHTTPServer(("127.0.0.1", port), Web)
    back.asked, back.dying, back.knows, back.ill = gone.asked, False, False, False
    threading.Thread(target=back.serve_forever, args=(0.05,), daemon=True).start()
    until(lambda: asking() == 200 and gone.asked)
    back.shutdown()
    back.server_close()
