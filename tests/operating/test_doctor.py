"""What the doctor says of each thing that may be amiss, in words with a way out."""

import json
import os
import re
import ssl
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from aiosmtpd.smtp import AuthResult
from captcha.conf import settings as captcha
from django.core.management import call_command, load_command_class
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from careid.finding import Check
from careid.people.models import Profile
from careid.post import outbox
from careid.post.models import Mail
from careid.trail.names import EventName
from careid.trail.record import record
from careid.trail.seals import sealing
from operating.doctor.asking import bounded
from tests.environment import OF_KINDS, key
from tests.fakes import smtp

pytestmark = pytest.mark.django_db


def doctor(*words):
    """Its exit code and its findings by name, as (state, words, way out)."""
    from io import StringIO

    out, status = StringIO(), 0
    try:
        call_command("doctor", "--json", *words, stdout=out)
    except SystemExit as stopped:
        status = stopped.code
    said = json.loads(out.getvalue())
    assert said["ok"] == (status == 0)
    return status, {one["what"]: (one["state"], one["words"], one["do"]) for one in said["findings"]}


def amiss(what):
    """What it says of this alone; all else is well."""
    status, found = doctor()
    assert status == 1
    assert [name for name, (state, _, _) in found.items() if state != "ok"] == [what]
    state, words, do = found[what]
    assert state == "look at this"
    assert do
    return f"{words} > {do}"


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def heard(db):
    sql("DELETE FROM procrastinate_jobs")
    sql("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '3 seconds')")


@contextmanager
def answering(settings, **how):
    with smtp.running(**how) as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        yield sink


@pytest.fixture
def fit(settings, heard):
    for name in OF_KINDS:  # what is set up for a kind is looked at in its own tests
        if hasattr(settings, name):
            setattr(settings, name, "")
    with answering(settings) as sink:
        yield sink


def test_where_all_is_well_each_line_says_ok(fit, person, capsys):
    call_command("doctor")
    *lines, last = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.startswith("ok  ")] == []
    assert len(lines) == len(doctor()[1])
    assert last == "Nothing to look at"
    assert "1 worker, last heard of 3 seconds ago" in "\n".join(lines)


def test_no_secret_is_said(fit, person, settings, capsys):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "careid", "hunter-seventeen"
    with pytest.raises(SystemExit):
        call_command("doctor")
    said = "".join(capsys.readouterr())
    keys = [ring.partition(":")[2] for ring in (settings.KEYS, settings.INDEX_KEYS)]
    for secret in (settings.EMAIL_HOST_PASSWORD, settings.SECRET_KEY, *keys, person.email):
        assert secret not in said


def test_each_setting_that_is_wrong_has_a_line_and_the_last_line_counts(fit, settings, capsys):
    settings.DEMO, settings.DEBUG, settings.OPERATOR, settings.SERVICE_DESK = False, False, "", ""
    with pytest.raises(SystemExit):
        call_command("doctor")
    lines = capsys.readouterr().out.splitlines()
    assert {"CAREID_OPERATOR", "CAREID_SERVICE_DESK"} <= {line.split(":")[0].strip() for line in lines}
    assert re.fullmatch(r"[2-9] to look at", lines[-1])


def test_no_line_of_the_log_stands_among_its_own(tmp_path):
    away = {**os.environ, "DATABASE_URL": "postgres://careid@127.0.0.1:1/careid?connect_timeout=1"}
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor"], env=away, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "not known while the database is away" in done.stdout
    assert (done.stderr, re.search(r"to look at, \d+ not known$", done.stdout.strip()) is None) == ("", False)


def test_wrong_usage_is_exit_code_2():
    with pytest.raises(SystemExit) as stopped:
        load_command_class("operating", "doctor").run_from_argv(["manage.py", "doctor", "--everything"])
    assert stopped.value.code == 2


def test_the_mail_server_is_talked_to_and_no_mail_is_sent(fit):
    status, found = doctor()
    assert status == 0
    assert f"127.0.0.1:{fit.port} takes mail from no-reply@careid.example, without TLS" in found["Mail server"][1]
    assert fit.messages == []


class TestTheMailServer:
    def test_that_is_away(self, fit, settings):
        settings.EMAIL_PORT = 1
        assert "127.0.0.1:1 refuses the connection" in amiss("Mail server")

    def test_that_does_not_know_our_password(self, fit, settings):
        with answering(
            settings, authenticator=lambda *_: AuthResult(success=False, handled=False), auth_require_tls=False
        ):
            settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "careid", "wrong"
            assert "does not accept our user and password (535) > correct them in EMAIL_URL" in amiss("Mail server")

    def test_that_offers_no_sign_in(self, fit, settings):
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "careid", "some"
        assert "offers no STARTTLS or no sign-in" in amiss("Mail server")

    def test_whose_certificate_nobody_trusts(self, fit, settings):
        import trustme

        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
        with answering(settings, tls_context=context):
            settings.EMAIL_USE_TLS = True
            assert "certificate that is not trusted" in amiss("Mail server")

    def test_that_refuses_our_sender(self, fit, settings):
        fit.sender_answer = "550 not from here"
        said = amiss("Mail server")
        assert "refuses to send from our address (550) > correct DEFAULT_FROM_EMAIL" in said
        assert "not from here" not in said

    def test_that_is_not_one_in_production(self, fit, settings):
        settings.EMAIL_BACKEND, settings.SECURE = "django.core.mail.backends.console.EmailBackend", True
        assert doctor()[1]["Mail server"][:2] == ("look at this", "EMAIL_URL does not send")


class TestTheWorker:
    def test_that_was_never_started(self, fit):
        sql("DELETE FROM procrastinate_workers")
        assert "none was heard of yet: no mail goes out > start manage.py worker" in amiss("Worker")

    def test_that_only_a_row_of_the_future_tells_of(self, fit):
        sql("UPDATE procrastinate_workers SET last_heartbeat = now() + interval '70 years'")
        assert "none was heard of yet" in amiss("Worker")

    def test_that_fell_silent(self, fit):
        sql("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '3 hours'")
        assert "the last was heard of 3 hours ago" in amiss("Worker")

    def test_that_leaves_jobs_undone(self, fit, person):
        outbox.send("code", profile=person, context={"minutes": 10, "code": "012345"})
        assert doctor()[0] == 0
        sql("UPDATE procrastinate_events SET at = now() - interval '5 minutes'")
        assert "1 overdue, the oldest by 5 minutes" in amiss("Jobs")

    def test_whose_job_comes_back_later_is_not_late(self, fit, person):
        outbox.send("code", profile=person, context={"minutes": 10, "code": "012345"})
        sql("UPDATE procrastinate_events SET at = now() - interval '5 minutes'")
        sql("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 minute'")
        assert doctor()[0] == 0
        sql("UPDATE procrastinate_jobs SET scheduled_at = now() - interval '2 days'")
        assert "1 overdue, the oldest by 2 days" in amiss("Jobs")

    def test_whose_job_failed(self, fit, person):
        outbox.send("code", profile=person, context={"minutes": 10, "code": "012345"})
        sql("UPDATE procrastinate_jobs SET status = 'failed'")
        sql("INSERT INTO procrastinate_events (job_id, type) SELECT id, 'failed' FROM procrastinate_jobs")
        assert "1 failed in the last day: careid.deliver" in amiss("Jobs")
        sql("UPDATE procrastinate_events SET at = now() - interval '25 hours'")
        assert doctor()[0] == 0


def test_mail_that_waits_too_long(fit, person):
    outbox.send("code", profile=person, context={"minutes": 10, "code": "012345"})
    assert doctor()[0] == 0
    Mail.objects.update(queued_at=timezone.now() - timedelta(minutes=3))
    assert "1 unsent, the oldest since 3 minutes" in amiss("Mail waiting")


def test_a_trail_that_nobody_seals(fit):
    record(EventName.COMMAND_RUN, actor="command:test")
    assert doctor()[1]["Trail sealed"][:2] == ("ok", "up to 0 seconds ago")
    with time_machine.travel(timezone.now() + timedelta(minutes=4), tick=True):
        assert "events wait unsealed since 4 minutes" in doctor()[1]["Trail sealed"][1]
    sealing.seal()
    assert doctor()[1]["Trail sealed"][:2] == ("ok", "up to the last event")


def test_a_migration_that_waits(fit):
    MigrationRecorder(connection).record_unapplied("careid", "0003_reported")
    assert ", first careid.0003_reported > run manage.py migrate" in amiss("Migrations")


def test_a_database_that_is_ahead_of_the_code(fit):
    MigrationRecorder(connection).record_applied("careid", "9999_from_tomorrow")
    assert "ahead of this code: careid.9999_from_tomorrow" in amiss("Migrations")


def test_a_clock_that_is_off(fit, monkeypatch):
    import time

    from operating.doctor import database

    now = time.time
    monkeypatch.setattr(database.time, "time", lambda: now() - 4)
    assert "the database's is 4 seconds ahead of this machine's" in amiss("Clock")


def test_a_key_that_is_gone(fit, person, settings):
    settings.INDEX_KEYS = key("i2")
    assert "1 under CAREID_INDEX_KEYS i1, which is gone > put that key back" in amiss("Keys on file")


def test_a_key_that_seals_what_is_gone(fit, visitor, person, settings):
    visitor.details(person)
    settings.KEYS = key("k2")
    sql("DELETE FROM procrastinate_jobs")
    assert "1 under CAREID_KEYS k1, which is gone" in amiss("Keys on file")


def test_a_ring_that_is_none(fit, settings):
    settings.KEYS = "k1:short"
    assert doctor()[1]["Keys"][1] == "CAREID_KEYS: key 'k1' is not 32 bytes of base64"


class TestTheAddress:
    def test_whose_host_is_not_allowed(self, fit, settings):
        settings.ALLOWED_HOSTS = ["elsewhere.example"]
        assert "localhost is the origin's host and not in ALLOWED_HOSTS" in amiss("Address")

    def test_in_clear_is_for_trying_out_alone(self, fit, settings):
        assert "for trying out alone" in doctor()[1]["Address"][1]
        settings.DEMO = False
        assert doctor()[1]["Address"][:2] == ("look at this", "http://localhost is not https: cookies are in clear")


class TestThePicture:
    def test_that_lets_anything_pass(self, fit, monkeypatch):
        monkeypatch.setattr(captcha, "CAPTCHA_TEST_MODE", True)
        assert "lets anything pass" in amiss("Picture test")

    def test_that_is_always_the_same(self, fit, monkeypatch):
        monkeypatch.setattr(captcha, "get_challenge", lambda: lambda: ("ABC34", "abc34"))
        assert "the same letters each time" in amiss("Picture test")

    def test_that_is_left_out_in_production(self, fit, settings):
        settings.DEMO = False
        assert doctor()[1]["Picture test"][:2] == ("look at this", "CAREID_CAPTCHA leaves it out")


def test_settings_that_production_refuses_are_named(fit, settings):
    settings.DEMO = False
    assert "CAREID_ORIGIN: is not https" in doctor()[1]["Settings"][1]


@contextmanager
def elsewhere(**changed):
    """Another database than the tests' own, for this thread."""
    ours = connections["default"]
    away = ours.copy()
    away.settings_dict = {**away.settings_dict, **changed, "OPTIONS": {"connect_timeout": 1}}
    connections["default"] = away
    try:
        yield
    finally:
        connections["default"] = ours


def test_a_database_that_is_away_is_said_and_the_rest_is_looked_at(fit):
    with elsewhere(HOST="127.0.0.1", PORT="1"):
        status, found = doctor()
    assert status == 1
    assert found["Database"][0] == "look at this"
    assert "can not be reached" in found["Database"][1]
    unknown = [what for what, (state, _, _) in found.items() if state == "not known"]
    assert unknown == [
        "Migrations",
        "Clock",
        "Keys on file",
        "Worker",
        "Jobs",
        "Mail waiting",
        "Sessions",
        "Sign-ins",
        "Logouts",
        "Clients' keys",
        "Trail sealed",
    ]
    assert found["Mail server"][0] == "ok"


def test_a_database_that_can_only_be_read(fit):
    sql("SET TRANSACTION READ ONLY")
    assert "it can only be read" in amiss("Database")


def test_a_check_that_does_not_come_back_is_left_behind():
    let_go = threading.Event()
    found = bounded(Check("Something", lambda: str(let_go.wait(10)), seconds=0.05))
    let_go.set()
    assert (found.state, found.away, found.words) == (False, True, "no answer within 0.05 seconds")


def test_a_check_that_breaks_says_no_more_than_how(person):
    found = bounded(Check("Something", lambda: Profile.objects.get(email="secret")))
    assert (found.state, found.words) == (False, "could not be looked at (DoesNotExist)")
