"""The portal as it runs: `manage.py web` and `manage.py worker` on a database of their own, a real SMTP server
between, and a real Chromium."""

import csv
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import logged
from tests.browser import chromium
from tests.environment import ENVIRONMENT
from tests.fakes import smtp

ROOT = Path(__file__).resolve().parent.parent.parent
SCREENSHOTS = Path(os.environ.get("CAREID_SCREENSHOTS", ROOT / ".cache" / "screenshots"))
DATABASE = "careid_browser"
PASSWORD = "lamp otter Tuesday window"  # made up for the tests
PEOPLE = 60


@pytest.fixture(scope="session")
def browser_type_launch_args(playwright):
    args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    return {"executable_path": chromium.find(playwright.chromium.executable_path), "args": args}


@pytest.fixture(scope="session")
def browser_context_args():
    return {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}


class Portal:
    """Where it listens, what it mailed, and what stands in its tables."""

    def __init__(self, url, sink, database, environment):
        self.url, self.sink, self.database, self.environment = url, sink, database, environment

    def query(self, sql, *values):
        with psycopg.connect(self.database) as connection:
            return connection.execute(sql, values).fetchall()

    def mails(self, address, subject=""):
        return [sent for sent in self.sink.messages if sent["To"] == address and subject in sent["Subject"]]

    def wait_for_mail(self, address, subject="", count=1):
        end = time.monotonic() + 15
        while len(self.mails(address, subject)) < count:
            assert time.monotonic() < end, f"no mail {subject!r} to {address}"
            time.sleep(0.05)
        return self.mails(address, subject)[-1]

    def code(self, address, count=1):
        body = self.wait_for_mail(address, "code", count).get_content()
        return re.search(r"^\s*(\d{6})\s*$", body, re.MULTILINE).group(1)

    def picture(self, key):
        [(answer,)] = self.query("SELECT response FROM captcha_captchastore WHERE hashkey = %s", key)
        return answer


@pytest.fixture(scope="session")
def portal(tmp_path_factory):
    with socket.create_server(("127.0.0.1", 0)) as free, socket.create_server(("127.0.0.1", 0)) as other:
        port, sign_in_port = free.getsockname()[1], other.getsockname()[1]
    database = ENVIRONMENT["DATABASE_URL"].replace("/careid?", f"/{DATABASE}?")
    with psycopg.connect(ENVIRONMENT["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    with smtp.running() as sink:
        url = f"http://localhost:{port}"
        settings = {
            "DATABASE_URL": database,
            "EMAIL_URL": sink.url,
            "CAREID_ORIGIN": url,
            "CAREID_CAPTCHA": "always",
            "CAREID_ADMIN_APP": "on",
            "PORT": str(port),
            "NHSNET_DEMO_PORT": str(sign_in_port),  # at 127.0.0.1: another site than localhost
            "CAREID_LIMITS": "enforce,start=off,details_address=off,picture_failures=off,picture_refreshes=off,details_network=off",
        }
        environment = {**os.environ, **ENVIRONMENT, **settings}
        manage(environment, "migrate", "-v0")
        manage(environment, "import_profiles", str(people(tmp_path_factory.mktemp("people") / "people.csv")))
        manage(environment, "shell", "-v0", "-c", SEED)
        log = (tmp_path_factory.mktemp("log") / "portal.log").open("w+")
        logged.FILES.append(log.name)
        children = [
            subprocess.Popen(
                [sys.executable, "manage.py", name],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            for name in ("web", "worker", "sign_in")
        ]
        try:
            wait_until_it_answers(url, log)
            discovery = f"{ENVIRONMENT['NHSNET_TENANT_ID']}/v2.0/.well-known/openid-configuration"
            wait_until_it_answers(f"http://127.0.0.1:{sign_in_port}/{discovery}", log)
            yield Portal(url, sink, database, settings)
        finally:
            for child in children:
                os.killpg(child.pid, signal.SIGTERM)
            for child in children:
                child.wait(20)
            log.close()


SEED = """
from careid.models import Organisation, Service
from django.contrib.auth.hashers import make_password
from careid.desk import factors, invitations
Organisation.objects.filter(code="RX1").update(name="Riverside Community Trust", ra_name="Riverside Registration Authority", ra_phone="01632 960200", nhsnet_beta=True)
Organisation.objects.create(code="RX2", name="Hillside Surgery")
Service.objects.create(name="National Care Records Service")
invitation = invitations.find(invitations.invite(email="admin@example.nhs.uk", name="admin", superuser=True, actor="system"))
app = lambda user: factors.add_app(user=user, key="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", step=0)
invitations.accept(invitation=invitation, password=make_password("made up for the tests"), make=app)
"""


def manage(environment, *arguments):
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def people(path):
    """A file as an operator gets it. The numbers are made up: PP is never issued."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            [
                "user_id",
                "given_name",
                "family_name",
                "email",
                "national_insurance_number",
                "organisation_code",
                "identity_level",
            ]
        )
        for serial in range(PEOPLE):
            rows.writerow([f"9999{serial:08}", "Ama", "Sample", address(serial), number(serial), "RX1", "3"])
        rows.writerow(["999900009999", "Noor", "Sample", "no.number@example.nhs.uk", "", "RX1", "3"])
    return path


def address(serial):
    return f"person{serial}@example.nhs.uk"


def number(serial):
    return f"PP{serial:06}B"


def wait_until_it_answers(url, log):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=2).read()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    log.seek(0)
    raise AssertionError(f"the portal did not start: {log.read()}")


@pytest.fixture
def someone():
    """The next person of the file, for this test alone."""
    serial = next(_serials)
    return address(serial), number(serial)


_serials = iter(range(PEOPLE))


class Walk:
    """A person at a browser: each verb does what its page asks."""

    def __init__(self, page, portal, someone):
        self.page, self.portal = page, portal
        self.email, self.number = someone
        self.codes = 0
        self.problems = []
        page.on(
            "console",
            lambda message: self.problems.append(message.text) if message.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def at(self, name):
        self.page.wait_for_selector(f'body[data-page="{name}"]', timeout=8000)
        return self.page

    def press(self, name="Continue"):
        self.page.get_by_role("button", name=name, exact=True).click()

    def open(self, path="/"):
        self.page.goto(self.portal.url + path)

    def details(self, *, email=None, number=None, picture=None):
        self.at("details")
        self.page.get_by_label("Email address").fill(email or self.email)
        self.page.get_by_label("National Insurance number").fill(number or self.number)
        self.page.locator("#id_captcha_1").fill(
            picture or self.portal.picture(self.page.locator('input[name="captcha_0"]').input_value())
        )
        self.press()

    def code(self):
        self.at("code")
        self.codes += 1
        self.page.get_by_label("Code from the email").fill(self.portal.code(self.email, self.codes))
        self.press()

    def to_details(self):
        self.open()
        self.page.get_by_role("button", name="Start now").or_(self.page.get_by_role("link", name="Start now")).click()

    def to_choose(self):
        self.to_details()
        self.details()
        self.code()
        self.at("choose")

    def to_app(self):
        self.to_choose()
        return self.from_choose_to_app()

    def from_choose_to_app(self):
        self.page.get_by_label("Authenticator app").check()
        self.press()
        self.at("totp").get_by_label("Only I have access to this app").check()
        self.press()
        self.at("totp-password")
        self.page.locator("#id_password").fill(PASSWORD)
        self.page.locator("#id_confirm_password").fill(PASSWORD)
        self.press()
        return self.at("totp-app")

    def app_code(self):
        return pyotp.TOTP(self.page.locator("#totp-key").text_content().replace(" ", "")).now()

    def to_done(self):
        self.to_app()
        return self.from_app_to_done()

    def from_app_to_done(self):
        self.page.get_by_label("Code that the app shows").fill(self.app_code())
        self.press()
        return self.at("done")

    def look(self, name):
        """What a designer and a screen reader would: a picture at both widths, no overflow, no finding of axe."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for width in (320, 1280):
            self.page.set_viewport_size({"width": width, "height": 900})
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, (
                f"{name} is wider than {width} px"
            )
            self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
            found = Axe().run(self.page)
            assert found.violations_count == 0, f"{name} at {width} px: {found.generate_report()}"


@pytest.fixture
def walk(page, portal, someone):
    walk = Walk(page, portal, someone)
    yield walk
    refused = [
        problem
        for problem in walk.problems
        if "Failed to load resource" not in problem and "assets.nhs.uk" not in problem
    ]
    assert refused == [], "the console complains"
