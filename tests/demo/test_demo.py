"""The whole demo, in a copy of this tree that only its owner may enter."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests

from demo import mock_people, people, postgres
from tests import logged
from tests.serving.running import refuses, until

TREE = Path(__file__).parents[2]
KEPT = ("csrfmiddlewaretoken", "visit")
# What a job leaves in the queue in a transaction that fails must not run. Four jobs run at a time: these wait for each
# other. Then one asks the worker to stop, which waits for the three that still run.
JOBS = """
import os, signal, threading, time
from django.db import transaction
from procrastinate.contrib.django import app
from operating.management.commands import worker

ran = []
together = threading.Barrier(4)

@app.task(name="inner")
def inner(word):
    ran.append(word)
    try:
        together.wait(60)
    finally:
        os.kill(os.getpid(), signal.SIGTERM)

@app.task(name="outer")
def outer():
    try:
        with transaction.atomic():
            inner.defer(word="undone")
            raise ValueError
    except ValueError:
        inner.defer(word="kept")

@app.task(name="slow")
def slow():
    together.wait(60)
    time.sleep(1)
    ran.append("slow")

outer.defer()
for _ in range(3):
    slow.defer()
worker.Command().handle()
print(sorted(ran))
"""


class Demo:
    """A copy of the tree, and the demo that runs in it."""

    def __init__(self, folder):
        self.folder = folder
        self.env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.python = str(folder / ".venv" / "bin" / Path(sys.executable).name)

    def start(self):
        command = [self.python, "-m", "demo"]
        with (self.folder / "complaint").open("w") as complaint:
            self.runner = subprocess.Popen(
                command, cwd=self.folder, env=self.env, stdout=subprocess.PIPE, stderr=complaint, text=True
            )
        self.said = ""
        for line in self.runner.stdout:
            self.said += line
            if "Ctrl-C" in line:
                break
        self.port = int(re.search(r"http://localhost:(\d+)\n", self.said).group(1))

    def end(self, sign=None):
        """Send a signal, or none, and wait. Returns the exit status and what was said since the start."""
        if sign:
            self.runner.send_signal(sign)
        with self.runner:
            return self.runner.wait(60), self.runner.stdout.read()

    def get(self, path, port=None):
        connection = HTTPConnection("localhost", port or self.port, timeout=60)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    def run(self, *command):
        command = [self.python, *command]
        run = subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True, check=False)
        return run.returncode, run.stdout + run.stderr

    def processes(self):
        """Number and command line of each that names the copy or its database. A dead process has no command line."""
        names = (str(self.folder), str(postgres.home(self.folder / ".demo" / "postgres")))
        files = Path("/proc").glob("[0-9]*/cmdline")
        lines = [(int(file.parent.name), read(file).decode(errors="replace").replace("\0", " ")) for file in files]
        return [(pid, line) for pid, line in lines if any(name in line for name in names)]

    def left(self):
        """What still runs when all should have ended."""
        give_up = time.monotonic() + 60
        while (left := self.processes()) and time.monotonic() < give_up:
            time.sleep(0.05)
        return left


class AtService:
    """A browser at the sample service of this demo."""

    def __init__(self, demo, browser):
        self.demo, self.browser = demo, browser
        self.origin = re.search(r"A service +(http://localhost:\d+)/ ", demo.said).group(1)

    def page(self, path):
        return self.browser.get(f"{self.origin}{path}", timeout=60)

    def sign_in(self, person):
        """With the app of this person, from the service's button to where that leads back."""
        phone = self.phone(person)
        asked = self.press(self.page("/sign-in"), email=person.email, password=phone["password"])
        return self.press(asked, code=self.phone(person)["code"])

    def phone(self, person):
        return json.loads(self.demo.get(f"/demo/phone/{person.user_id}/?format=json")[1])["apps"][0]

    def press(self, page, path="", **typed):
        """Send a form of this page of the portal, to the page itself or to this path, with what is typed."""
        assert 'data-page="sign-in' in page.text
        kept = {name: re.search(rf'name="{name}" value="([^"]+)"', page.text).group(1) for name in KEPT}
        form = {"data": kept | typed, "headers": {"Referer": page.url}, "timeout": 60}
        return self.browser.post(urljoin(page.url, path), **form)


def read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    folder.chmod(0o700)
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listing, cwd=TREE, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (TREE / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TREE / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)
    demo = Demo(folder)
    yield demo
    logged.FILES.extend((folder / ".demo").glob("*.log"))
    assert demo.left() == []
    shutil.rmtree(postgres.home(folder / ".demo" / "postgres"), ignore_errors=True)


@pytest.fixture
def filled(demo):
    """It ran before, and stands still now."""
    if not (demo.folder / ".demo" / "env").exists():
        demo.start()
        assert demo.end(signal.SIGTERM)[0] == 0
    return demo


@pytest.fixture
def running(demo):
    demo.start()
    yield demo
    if demo.runner.returncode is None:
        assert demo.end(signal.SIGTERM)[0] == 0
    assert demo.left() == []


def test_it_says_what_to_try_and_serves_it(running):
    for said in ("Ctrl-C stops all of it", f"{running.port}/demo/inbox/", f"{running.port}/admin/", "password"):
        assert said in running.said
    for person in (*people.TO_TRY, *people.TO_SIGN_IN):
        assert person.name in running.said
        assert person.email in running.said
    assert running.get("/")[0] == 200
    assert re.search(r"Admin .* name admin, password \S+\n  or as      ra, same password", running.said)
    [code] = re.findall(r'id="code">(\d{6})<', running.get("/demo/phone/")[1])
    assert code
    phone = re.search(
        r"Sign in .*/sign-in/\n  with       (\S+), password (\S+), and the code at \S+(/demo/phone/\d+/)\n",
        running.said,
    )
    of_them = running.get(phone.group(3))[1]
    assert re.search(r"data-code>\d{6}<", of_them)
    assert phone.group(1) in of_them
    assert phone.group(2) in of_them

    assert running.run("manage.py", "sendtestemail", people.TO_TRY[0].email)[0] == 0
    assert json.loads(running.get("/demo/inbox/?format=json")[1])["mails"][0]["to"] == people.TO_TRY[0].email
    assert 'data-page="inbox"' in running.get("/demo/inbox/")[1]

    set_up = dict(line.split("=", 1) for line in (running.folder / ".demo" / "env").read_text().splitlines()[1:])
    found = f"/{set_up['NHSNET_TENANT_ID']}/v2.0/.well-known/openid-configuration"
    assert set_up["NHSNET_AUTHORITY"] in running.get(found, int(set_up["NHSNET_DEMO_PORT"]))[1]
    status, said = running.run("-m", "demo")
    assert (status, said) == (1, f"\nThe demo of this folder runs already, at http://localhost:{running.port}.\n")
    status, said = running.run("manage.py", "web")
    assert status == 2
    assert "Address already in use" in said
    assert said.count("\n") == 1


def test_at_its_service_somebody_signs_in_and_is_signed_out_there_once_their_phone_is_revoked(running):
    with requests.Session() as browser:
        at_service = AtService(running, browser)
        page = at_service.sign_in(people.TO_SIGN_IN[0])
        assert "You are signed in as NAIR Priya" in page.text
        assert "role_code: S8000:G8000:R8000" in page.text
        assert re.search(r">acr</dt>\s*<dd[^>]*>AAL2_ANY", page.text)
        revoking = ("revoke", people.TO_SIGN_IN[0].user_id, "--reason", "stolen", "--by", "test", "--kind", "totp")
        assert running.run("manage.py", *revoking)[0] == 0
        until(lambda: "You were signed out by Care ID" in at_service.page("/").text, seconds=10)

        choices = at_service.page("/sign-in")
        page = at_service.press(choices, "/sign-in/mock_aal3/", mock_aal3=mock_people.MOCKS[0].person.user_id)
        assert "You are signed in as QUILL Marta" in page.text
        assert re.search(r">acr</dt>\s*<dd[^>]*>AAL3_ANY", page.text)
        out = browser.post(f"{at_service.origin}/sign-out", timeout=60)
        assert out.url == f"{at_service.origin}/"
        assert "You have signed out" in out.text
        assert 'data-page="sign-in"' in at_service.page("/sign-in").text  # at Care ID too
    assert AtService(running, requests).page("/").status_code == 200
    assert (running.folder / ".demo" / "sample_service.log").read_text() == ""


def test_ctrl_c_stops_it_once_what_is_in_flight_is_answered(running):
    with socket.create_connection(("127.0.0.1", running.port)) as visitor:
        visitor.sendall(b"POST /details/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 3\r\n")
        visitor.sendall(b"Expect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n")
        assert visitor.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"  # so it waits for the body
        visitor.sendall(b"a")
        running.runner.send_signal(signal.SIGINT)
        until(lambda: refuses(running.port))
        visitor.sendall(b"=b")
        assert visitor.recv(20).startswith(b"HTTP/1.1 403")  # no CSRF token, but an answer
    assert running.end() == (0, "\nStopped: nothing of the demo runs any more.\n")


def test_a_second_start_keeps_everything_and_leaves_nothing_when_killed(filled):
    demo = filled
    count = (
        "from careid.people.models import Profile; print(Profile.objects.count(), Profile.objects.first().created_at)"
    )
    before = demo.run("manage.py", "shell", "--no-imports", "-c", count), (demo.folder / ".demo" / "env").read_text()
    demo.start()
    assert before[0] == demo.run("manage.py", "shell", "--no-imports", "-c", count)
    keys = [line for line in before[1].splitlines() if "KEY" in line or "PASSWORD" in line]
    assert [line for line in keys if line not in (demo.folder / ".demo" / "env").read_text()] == []
    demo.end(signal.SIGKILL)
    assert demo.left() == []


def test_where_the_web_server_dies_the_demo_says_so_and_stops(running):
    web = min(pid for pid, line in running.processes() if line.endswith(" web "))  # the first one started the others
    os.kill(web, signal.SIGKILL)
    assert running.end()[0] == 1
    assert "The web server stopped (status -9), so the demo stops." in (running.folder / "complaint").read_text()


def test_what_a_job_leaves_for_others_is_in_its_transaction(filled):
    status, said = filled.run("manage.py", "shell", "--no-imports", "-c", JOBS)
    ran = [line for line in said.splitlines() if not line.startswith("{")]  # the worker's own lines
    assert (status, ran) == (0, ["['kept', 'slow', 'slow', 'slow']"])
