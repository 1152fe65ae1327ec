"""The portal as it runs: `manage.py web`, `worker` and what a kind needs beside them as processes, on a database of their own, with people
from a file and a real SMTP server."""

import csv
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import psycopg

from tests import kinds
from tests.environment import ENVIRONMENT, KINDS

ROOT = Path(__file__).resolve().parent.parent
BESIDE = [kind for kind in KINDS if hasattr(kind, "COMMAND")]
COMMANDS = ("web", "worker", *(kind.COMMAND for kind in BESIDE))
ROLES = {"web": "careid_run", "worker": "careid_work"}  # of the whole server: several runs share them
FILL = """
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
for role in ("careid_run", "careid_work"):
    made = f"CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL"
    connection.cursor().execute(f"DO $$ BEGIN {made}; END $$")
call_command("grants", "careid_run", worker="careid_work")
"""
SEED = f"""
from careid.people.models import Organisation
from careid.people.services import Service
from django.contrib.auth.hashers import make_password
from desk.door import factors, invitations
Organisation.objects.filter(code="RX1").update(name="Riverside Community Trust", ra_name="Riverside Registration Authority", ra_phone="01632 960200", **{kinds.organisation()})
Organisation.objects.create(code="RX2", name="Hillside Surgery")
Service.objects.create(name="National Care Records Service")
invitation = invitations.find(invitations.invite(email="admin@example.nhs.uk", name="admin", superuser=True, actor="system"))
app = lambda user: factors.add_app(user=user, key="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", step=0)
invitations.accept(invitation=invitation, password=make_password("made up for the tests"), make=app)
"""


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
        end = time.monotonic() + 60
        while len(self.mails(address, subject)) < count:
            assert time.monotonic() < end, f"no mail {subject!r} to {address}"
            time.sleep(0.05)
        return self.mails(address, subject)[-1]

    def code(self, address, count=1):
        return code_in(self.wait_for_mail(address, "code", count))

    def picture(self, key):
        [(answer,)] = self.query("SELECT response FROM captcha_captchastore WHERE hashkey = %s", key)
        return answer


def code_in(mail):
    return re.search(r"^\s*(\d{6})\s*$", mail.get_content(), re.MULTILINE).group(1)


def free_ports(count):
    """Ports that stay free until something slow listens there: below those that a connection going out is given."""
    found = set()
    while len(found) < count:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            found.add(port)
    return sorted(found)


def environment(*, database, email_url):
    """The settings of one portal, with ports of its own."""
    port, inside, *others = free_ports(2 + len(BESIDE))
    settings = {
        "DATABASE_URL": database,
        "EMAIL_URL": email_url,
        "CAREID_ORIGIN": f"http://localhost:{port}",
        "CAREID_CAPTCHA": "always",
        "CAREID_ADMIN_APP": "on",
        "CAREID_USER_ID_RANGE": "555500000000-555599999999",
        "PORT": str(port),
        "CAREID_FETCH_INSIDE": f"localhost:{inside}",  # where a service listens, if one does
        "CAREID_LIMITS": "enforce,start=off,details_address=off,picture_failures=off,picture_refreshes=off,details_network=off",
    }
    for kind, other in zip(BESIDE, others, strict=True):
        settings |= kind.beside(other)
    return {**os.environ, **ENVIRONMENT, **settings}


def fill(environment, file):
    """The tables, the people of a file, and what an operator adds by hand; in one process, since each takes seconds."""
    people = f"call_command('import_profiles', {str(file)!r}, new_organisations=True)"
    manage(environment, "shell", "-v0", "-c", f"{FILL}\n{people}\n{SEED}")


def of_role(name, environment):
    """The environment of one of COMMANDS, which has a role of its own in the database where production gives it one."""
    role = ROLES.get(name, "careid")
    return environment | {"DATABASE_URL": environment["DATABASE_URL"].replace("//careid@", f"//{role}@")}


def manage(environment, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def start(name, environment, log):
    """One of COMMANDS, at the head of a process group."""
    command = [sys.executable, "manage.py", name]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)


def people(path, count):
    """A file as an operator gets it. The numbers are made up: PP is never issued."""
    names = "user_id,given_name,family_name,email,national_insurance_number,organisation_code,identity_level"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(names.split(","))
        for serial in range(count):
            rows.writerow([f"9999{serial:08}", "Ama", "Sample", address(serial), number(serial), "RX1", "3"])
        rows.writerow(["999900009999", "Noor", "Sample", "no.number@example.nhs.uk", "", "RX1", "3"])
    return path


def address(serial):
    return f"person{serial}@example.nhs.uk"


def number(serial):
    return f"PP{serial:06}B"


def wait_until_it_answers(url, log):
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=60).read()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    log.seek(0)
    raise AssertionError(f"the portal did not start: {log.read()}")


def end(*children):
    """Ask each to stop. What open connections hold up is not waited for: tests/serving/test_stopping.py is about that."""
    for child in children:
        os.killpg(child.pid, signal.SIGTERM)
    for child in children:
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
