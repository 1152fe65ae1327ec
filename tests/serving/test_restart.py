"""Postgres that goes away and comes back, under a real web server: the person goes on where they were."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import requests

from demo import postgres
from tests.environment import ENVIRONMENT
from tests.serving import running

HOLD = """
import sys
from pathlib import Path
from demo import postgres
postgres.use(Path(sys.argv[1]))
print(flush=True)
sys.stdin.read()
"""
AT_ONCE = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Of a Postgres that nobody else uses, with the tables in it."""
    folder = tmp_path_factory.mktemp("restart") / "postgres"
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, cwd=running.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"\n"
        environment = {**os.environ, **ENVIRONMENT, "DATABASE_URL": postgres.url(folder)}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=running.ROOT, env=environment, check=True)
        with psycopg.connect(postgres.url(folder), autocommit=True) as other:
            # As in production: what was acknowledged outlives a backend that is killed. The demo's needn't.
            other.execute("ALTER DATABASE careid SET synchronous_commit = on")
        yield folder
        holder.stdin.close()
    shutil.rmtree(postgres.home(folder), ignore_errors=True)


@pytest.fixture
def database(folder):
    return postgres._server(folder)


@pytest.fixture(scope="module")
def port(folder, tmp_path_factory):
    log = tmp_path_factory.mktemp("log") / "web.log"
    with running.web(log, DATABASE_URL=postgres.url(folder)) as (_, port):
        yield port


class Browser:
    """Somebody who stands on the code page."""

    def __init__(self, port):
        self.site, self.session = f"http://localhost:{port}", requests.Session()
        page = self.session.get(f"{self.site}/details/").text
        typed = {"email": "ama@example.org", "national_insurance_number": "PP000001A"}
        page = self._post(page, "/details/", typed).text
        self.reference = reference(page)

    def _post(self, page, path, typed):
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
        return self.session.post(f"{self.site}{path}", typed | {"csrfmiddlewaretoken": token}, timeout=30)

    def look(self):
        """The same step of the same attempt, or the page of a 503; whether it was the step."""
        answer = self.session.get(f"{self.site}/code/", timeout=30)
        if answer.status_code == 503:
            assert 'data-reason="503"' in answer.text
            return False
        assert (answer.status_code, reference(answer.text)) == (200, self.reference)
        return True

    def goes_on(self):
        """A wrong code is counted, which writes."""
        page = self.session.get(f"{self.site}/code/", timeout=30).text
        assert self._post(page, "/code/", {"code": "000000"}).status_code == 422


def reference(page):
    assert 'data-page="code"' in page, page
    return re.search(r"[0-9A-Z]{3}-[0-9A-Z]{3}", page).group(0)


def at_once(browser):
    with ThreadPoolExecutor(AT_ONCE) as visitors:
        return list(visitors.map(lambda _: browser.look(), range(AT_ONCE)))


def test_after_a_restart_nobody_meets_a_connection_of_before(database, port):
    browser = Browser(port)
    assert all(at_once(browser))  # so there are several connections
    database.stop()
    database.start()
    assert all(at_once(browser))
    browser.goes_on()


def test_who_asks_while_it_is_away_waits_for_it_or_is_told(database, port):
    browser = Browser(port)
    database.stop()
    with ThreadPoolExecutor(1) as visitor:
        asked = visitor.submit(browser.look)
        time.sleep(0.5)
        database.start()
        asked.result()
    assert browser.look()
    browser.goes_on()


def test_a_backend_that_is_killed_costs_a_page_at_most(folder, port):
    browser = Browser(port)
    at_once(browser)
    with psycopg.connect(postgres.url(folder), autocommit=True) as other:
        pids = other.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        os.kill(pids.fetchone()[0], signal.SIGKILL)
        browser.look()
        # Postgres ends every backend once it has noticed, which takes a busy machine a while, and then begins again.
        running.until(lambda: hung_up(other))
        running.until(lambda: accepts(folder))
    assert all(at_once(browser))
    browser.goes_on()


def hung_up(connection):
    try:
        connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return True
    return False


def accepts(folder):
    """Not before the last backend of before has ended."""
    try:
        psycopg.connect(postgres.url(folder)).close()
    except psycopg.OperationalError:
        return False
    return True
