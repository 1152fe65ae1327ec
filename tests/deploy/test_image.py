"""The Dockerfile's own lines, run in a clean folder; then what docker-compose.yml starts, behind the proxy's own settings.

`make image-test` runs it: it installs every library by its hash, which takes half a minute. No engine is needed: a
virtual environment stands for the base image, a Postgres of its own for `db`, Debian's nginx for `proxy`.
"""

import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from demo import postgres
from tests.deploy import proxy
from tests.deploy.files import BUILD, ROOT, command, healthcheck, in_git, let_through, of_service
from tests.fakes import smtp

pytestmark = proxy.needs_nginx
PASSED_OVER = 2  # seconds after which the proxy tries a web again for certain: it counts whole ones


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("image")


def moved(text, place):
    """The image's root is a folder here."""
    return re.sub(r"(?<![\w.])/(venv|app)\b", rf"{place}/\1", text)


@pytest.fixture(scope="module")
def image(place):
    """Build it: each line as it is written, with nothing in the environment but what the lines themselves set."""
    context, where = place / "context", place
    for file in filter(let_through, in_git()):
        (context / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, context / file)
    python = place / "python"
    subprocess.run([sys.executable, "-m", "venv", python], check=True)
    pips = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    env = {"PATH": f"{python}/bin:/usr/bin:/bin", "HOME": str(place / "home")} | pips
    for word, rest in BUILD[1:]:
        if word == "WORKDIR":
            where = Path(moved(rest, place))
            where.mkdir()
        elif word == "ENV":
            name, value = moved(rest, place).split("=", 1)
            env[name] = value.replace("$PATH", env["PATH"])
        elif word == "COPY":
            *sources, target = rest.split()
            for source in sources:
                copy(context / source, where / target if target != "./" else where / source)
        elif word == "RUN":
            done = subprocess.run(
                moved(rest, place), shell=True, cwd=where, env=env, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{rest}\n{done.stdout}{done.stderr}"
    return place


def copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    (shutil.copytree if source.is_dir() else shutil.copy)(source, target)


@pytest.fixture(scope="module")
def secrets(place):
    subprocess.run([sys.executable, ROOT / "deploy" / "make_secrets.py", place / "secrets"], check=True)
    for file in (place / "secrets").iterdir():
        if file.name != "signing_key":  # which nobody else may read
            file.chmod(0o644)
    return place / "secrets"


@pytest.fixture(scope="module")
def database(place, secrets):
    """A server of its own, on which the administrator's file was run; as a socket's, its addresses name no host."""
    admin = postgres.use(place / "db").replace("/careid?", "/postgres?")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("DROP DATABASE careid")
    passwords = {
        f"{name}_PASSWORD_FILE": str(secrets / f"{name.lower()}_password") for name in ("MIGRATE", "RUN", "WORK")
    }
    for _ in range(2):  # as a release that brings a role has it run again
        made = subprocess.run(
            ["psql", "-qX", admin, "-f", ROOT / "deploy" / "roles.sql"],
            env=os.environ | passwords,
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
    host = re.search(r"host=([^&]+)", admin)[1]
    for name in ("database_url", "database_url_worker", "database_url_migrate"):
        file = secrets / name
        file.write_text(file.read_text().replace("@db:5432/careid", f"@:5432/careid?host={host}"))
    return admin


@pytest.fixture(scope="module")
def sink(secrets):
    with smtp.running() as sink:
        (secrets / "email_url").write_text(sink.url + "\n")
        yield sink


@pytest.fixture(scope="module")
def run(image, secrets, database, sink):
    """Start a service's command as the image would: its environment and nothing else."""

    def run(service, *arguments, **changed):
        env = {name: moved(value, image) for name, value in of_service(service, secrets).items()}
        env["PATH"] = env["PATH"].replace("$PATH", "/usr/bin:/bin")
        tmp = image / "tmp"
        tmp.mkdir(exist_ok=True)
        env |= {"HOST": "127.0.0.1", "TMPDIR": str(tmp), "HOME": "/nonexistent"} | changed
        words = [f"{image}/venv/bin/python", *(arguments or command(service)[1:])]
        return start(words, image, cwd=image / "app", env=env)

    return run


@pytest.fixture(scope="module")
def prepared(run, place):
    """What runs once, in its order. Twice, since `docker compose up` runs it each time."""
    for service in ("migrate", "grants", "migrate", "grants"):
        assert run(service).wait(60) == 0, said(place)


def start(words, place, **how):
    with (place / "log").open("a") as log:  # a pipe that nobody reads would stop it once it is full
        return subprocess.Popen(words, stdout=log, stderr=log, **how)


def said(place):
    return (place / "log").read_text()


def stop(process, place):
    process.send_signal(signal.SIGTERM)
    assert process.wait(40) in {0, -signal.SIGTERM}, said(place)


@pytest.fixture(scope="module")
def portal(run, prepared, secrets, place):
    """Two webs, a worker and the proxy; yields how to start a web, the running ones by port, and the proxy's port."""
    ports, listen = [free_port(), free_port()], free_port()
    before, webs = files(place), {}
    with ExitStack() as running:
        for process in (start(proxy.settings(place, secrets, ports, listen), place), run("worker")):
            running.callback(stop, process, place)
        for port in ports:
            webs[port] = run("web", PORT=str(port))
            running.callback(lambda port=port: stop(webs[port], place))
        for port, web in webs.items():
            wait(port, web, place)
        yield webs, listen
    assert files(place) == before  # so the root may be read-only


def files(place):
    return {file: file.lstat().st_mtime_ns for folder in ("app", "venv") for file in (place / folder).rglob("*")}


def wait(port, web, place):
    end = time.monotonic() + 30
    while web.poll() is None and time.monotonic() < end:
        try:
            return plain(port, "/")
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"it did not answer: {said(place)}")


def plain(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def ask(port, path, **headers):
    """One request over TLS, by the address that the settings name."""
    trusting = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=trusting)
    connection.request("GET", path, headers={"Host": "localhost:8443", **headers})
    response = connection.getresponse()
    response.text = response.read().decode("utf-8", "replace")
    connection.close()
    return response


def test_the_start_page_and_its_files_come_through_the_proxy(portal):
    _, listen = portal
    page = ask(listen, "/")
    assert (page.status, 'data-page="start"' in page.text) == (200, True)
    assert "max-age" in page.headers["Strict-Transport-Security"]
    styles = re.findall(r'<link[^>]*href="([^"]+\.css)"', page.text)
    assert styles
    for address in styles:
        assert re.search(r"\.[0-9a-f]{12}\.css$", address)
        assert ask(listen, address).status == 200
    assert ask(listen, "/", Host="evil.example").status == 400


def test_the_proxy_keeps_to_itself_what_is_for_operators_and_writes_no_path_down(portal, place):
    _, listen = portal
    for path in ("/metrics", "/readyz"):
        assert "nginx" in ask(listen, path).text
    assert ask(listen, "/not-me/a-secret-of-a-mail/").status in {200, 404}
    assert "a-secret-of-a-mail" not in (place / "access").read_text()


def test_a_visitor_cant_pass_for_the_proxy_by_an_underscore(portal):
    _, proxy = portal
    ours = {"X_Request_ID": "made-up-by-a-visitor"}
    assert ask(proxy, "/healthz", **ours).headers["X-Request-ID"] != "made-up-by-a-visitor"


def test_the_images_health_check_tells_one_that_answers_from_one_that_does_not(portal, run):
    webs, _ = portal
    for port, answer in ((next(iter(webs)), 0), (free_port(), 1)):
        words = [word.replace(" 8000,", f" {port},") for word in healthcheck()[1:]]
        assert run("web", *words).wait(10) == answer


def test_web_and_worker_have_a_role_each_and_neither_can_change_the_trail(portal, database):
    _, listen = portal
    assert ask(listen, "/details/").status == 200  # which keeps a picture
    with psycopg.connect(database.replace("/postgres?", "/careid?")) as connection:
        using = connection.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = 'careid' AND pid <> pg_backend_pid()"
        )
        assert set(using.fetchall()) == {("careid_run",), ("careid_work",)}
        jobs = connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone()
        assert jobs == (4,)  # a row for each lane of one worker


def test_one_after_the_other_is_restarted_and_nobody_notices(portal, run, place):
    webs, listen = portal
    answers, over = [], threading.Event()

    def visit():
        while not over.is_set():
            try:
                answers.append(ask(listen, "/").status)
            except OSError as error:
                answers.append(repr(error))

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    try:
        for port in list(webs):
            stop(webs[port], place)
            webs[port] = run("web", PORT=str(port))
            wait(port, webs[port], place)
            time.sleep(PASSED_OVER)
    finally:
        over.set()
        for visitor in visitors:
            visitor.join()
    assert len(answers) > 20
    assert set(answers) == {200}


def test_a_dump_comes_back_whole_on_another_server(portal, database, secrets, place):
    """As docs/deploy.md says: dump, restore as the migrating role, grant, compare."""
    owner = (secrets / "database_url_migrate").read_text().strip()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored OWNER careid_migrate")
    dump = place / "careid.dump"
    pg = [str(next(file for file in Path(sys.prefix).rglob("pginstall18/bin/pg_dump"))), "pg_restore"]
    pg[1] = str(Path(pg[0]).with_name("pg_restore"))
    subprocess.run([pg[0], "--format=custom", f"--file={dump}", owner], check=True)
    restored = owner.replace("/careid?", "/restored?")
    subprocess.run([pg[1], "--no-acl", "--no-owner", "--exit-on-error", f"--dbname={restored}", dump], check=True)
    assert counts(restored) == counts(owner)
    with psycopg.connect(restored) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("TRUNCATE careid_event")  # the trigger came back too, even for who owns it


def counts(url):
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        still = {name for (name,) in tables} - {
            "procrastinate_workers",
            "procrastinate_jobs",
            "procrastinate_events",
            "procrastinate_periodic_defers",
            "careid_limitcount",
            "captcha_captchastore",
        }
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone() for name in sorted(still)}
