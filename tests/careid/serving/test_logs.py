"""A line of the log: one a record, JSON, with nobody in it."""

import ast
import json
import logging
import re
import sys
from pathlib import Path

import pytest
import structlog
from django.db import IntegrityError, OperationalError
from procrastinate import JobContext
from procrastinate.jobs import Job

from careid.people.models import Profile
from careid.post import jobs
from careid.serving import logs
from enrolment import journey
from operating import health
from operating.management.commands import worker
from tests import logged, packages

ROOT = Path(__file__).resolve().parents[3]


def line(name="careid.x", words="words", *fills, error=None, **extra):
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, "", 0, words, fills or None, info)
    vars(record).update(extra)
    text = logs.Line().format(record)
    assert text.isprintable()
    return json.loads(text)


def raised(act):
    try:
        act()
    except Exception as error:  # noqa: BLE001  whatever it is, its line is what is looked at
        return error
    raise AssertionError("it did not fail")


def test_a_line_says_when_how_bad_who_and_what():
    entry = line(words="a mail was refused for good", mail_id="m1", answer=550)
    assert entry.pop("time").endswith("+00:00")
    assert entry == {
        "level": "error",
        "logger": "careid.x",
        "event": "a mail was refused for good",
        "mail_id": "m1",
        "answer": 550,
    }


def test_a_field_that_is_not_listed_is_left_out():
    assert "ama@" not in json.dumps(line(email="ama@example.nhs.uk", reason="word"))


def test_each_package_of_ours_is_known_as_ours():
    assert {*packages.EACH, "__main__"} == logs.OURS


def test_our_own_calls_name_listed_fields_alone():
    calls = [
        node
        for package in packages.IN_PRODUCTION
        for file in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and re.fullmatch(r"log\.(debug|info|warning|error|exception|critical)", ast.unparse(node.func))
    ]
    assert len(calls) > 5
    for call in calls:
        assert [type(word) for word in call.args] == [ast.Constant], ast.unparse(call)
        assert {field.arg for field in call.keywords} - {"exc_info"} <= logs.FIELDS, ast.unparse(call)


@pytest.mark.parametrize("text", ["one\r\ntwo", "one\x1b[31m\x7f", "one\u2028two\x85"])
def test_control_characters_are_written_out(text):
    line(words=text, reason=text)
    line("_granian", text)


def test_what_a_librarys_words_are_filled_with_stays_out():
    assert line("django.request", "Bad Request: %s", "/ama@example.nhs.uk/")["event"] == "Bad Request: %s"
    assert line("psycopg.pool", "error connecting in %r: %s", "pool-1", "refused")["event"].endswith("refused")


@pytest.mark.django_db
def test_of_an_error_its_class_and_frames_are_told_and_never_its_words(person):
    def twice():
        try:
            Profile.objects.create(user_id="999912345678", email=person.email, organisation=person.organisation)
        except IntegrityError as error:
            raise ValueError(person.email) from error

    error = raised(twice)
    entry = line(error=error)
    assert person.email in f"{error.__cause__}"
    assert person.email not in json.dumps(entry)
    assert [one["class"] for one in entry["errors"]] == [
        "builtins.ValueError",
        "django.db.utils.IntegrityError",
        "psycopg.errors.UniqueViolation",
    ]
    assert entry["errors"][1]["sqlstate"] == "23505"
    assert entry["errors"][0]["frames"][-1].startswith("tests/careid/serving/test_logs.py:")


def test_why_the_database_was_not_reached_is_told():
    entry = line(error=raised(lambda: (_ for _ in ()).throw(OperationalError("connection refused\nrow"))))
    assert entry["errors"][0]["why"] == "connection refused"


def test_a_page_that_fails_leaves_a_line_with_its_request_id_and_nobody(client, monkeypatch):
    before = set(logged.LINES)
    client.raise_request_exception = False
    client.cookies["careid"] = "x"
    monkeypatch.setattr(journey._BY_TOKEN, "first", lambda _: int("ama@example.nhs.uk"))
    response = client.get("/details/", headers={"x-request-id": "abc-123-def"})
    assert (response.status_code, response.headers["X-Request-ID"]) == (500, "abc-123-def")
    lines = [json.loads(text) for text in logged.LINES - before]
    assert {entry["logger"] for entry in lines} == {"django.request", "careid.request"}
    assert {entry["request_id"] for entry in lines} == {"abc-123-def"}
    assert "ama@" not in str(lines)


def test_a_probe_that_is_well_leaves_no_line_and_one_that_is_not_leaves_two(client, monkeypatch):
    before = set(logged.LINES)
    client.get("/healthz")
    assert before == logged.LINES
    monkeypatch.setattr(health, "_known", (float("-inf"), "not asked yet"))
    monkeypatch.setattr(health, "look", lambda: ("database", False))
    client.get("/readyz")
    entries = [json.loads(text) for text in logged.LINES - before]
    assert sorted((entry["event"], entry.get("reason"), entry.get("status")) for entry in entries) == [
        ("answered", None, 503),
        ("not ready", "database", None),
    ]


@pytest.mark.parametrize("given", ["short", "a" * 65, "with space in it", "new\nline-new\nline"])
def test_a_request_id_that_is_none_is_replaced(given, client):
    assert client.get("/healthz", headers={"x-request-id": given}).headers["X-Request-ID"] != given


def test_each_line_of_a_job_names_the_job_and_its_mail():
    job = Job(
        id=7, queue="default", lock=None, queueing_lock=None, task_name="careid.deliver", task_kwargs={"mail_id": "m1"}
    )
    told = []

    async def work():
        told.append(line())

    context = JobContext(app=None, job=job, abort_reason=lambda: None, start_timestamp=0)
    with pytest.raises(StopIteration):
        worker._named(work, context, None).send(None)
    assert {"job_id": 7, "task": "careid.deliver", "mail_id": "m1"}.items() <= told[0].items()
    assert structlog.contextvars.get_contextvars().get("job_id") is None


def test_what_ends_a_process_is_a_line_too(capsys):
    error = raised(lambda: int("ama@example.nhs.uk"))
    logs._ended(type(error), error, error.__traceback__)
    [text] = capsys.readouterr().err.splitlines()
    assert json.loads(text)["errors"][0]["class"] == "builtins.ValueError"
    assert "ama@" not in text


def test_a_full_disk_stops_nobody(client, db, capsys, monkeypatch):
    def full(text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(logged.Journal, "write", lambda _, text: full(text))
    assert client.get("/help/services/").status_code == 200
    assert capsys.readouterr().err == ""


def test_a_job_that_fails_leaves_its_place_and_not_its_words(db):
    before = set(logged.LINES)
    job = Job(id=7, queue="default", lock=None, queueing_lock=None, task_name="careid.deliver", task_kwargs={})
    jobs.AsItAsks().get_retry_decision(exception=raised(lambda: int("ama@example.nhs.uk")), job=job)
    [entry] = [json.loads(text) for text in logged.LINES - before]
    assert (entry["event"], entry["job_id"], entry["failure"]) == ("a job failed and is tried again", 7, "ValueError")
    assert entry["errors"][0]["frames"]
    assert "ama@" not in str(entry)


def test_at_a_terminal_python_speaks_for_itself(monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    before = sys.excepthook
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    logs.take_over()
    assert sys.excepthook is before


@pytest.mark.parametrize(
    "words",
    [
        "mail to ama.sample1@example.nhs.uk",
        "GET /?email=ama%40example.nhs.uk",
        "PP 00 00 01 A",
        "pp000001a",
        "code 123456",
        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP",
        "Ama",
        "lamp otter Tuesday window",
        "x9Zk2mQ8vT4rL6pW1sD3fG5hJ7kN0bC2xV4aY6eU8iO",
        *logged.SECRETS,
    ],
)
def test_the_scan_of_all_that_a_run_logs_finds(words):
    assert logged.found([json.dumps(line(words=words))])
    assert logged.found([words])


def test_the_scan_lets_an_honest_line_through():
    error = raised(lambda: int("x"))
    assert (
        logged.found([json.dumps(line(error=error, mail_id="0d8c11f2-4c3c-4b0e-9f0a-2f1f1f6a1b2c", milliseconds=120))])
        == []
    )
