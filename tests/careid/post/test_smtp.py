"""What the mail server does with one mail, and what that costs the others."""

import smtplib
import socket
import ssl
import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from aiosmtpd.smtp import AuthResult
from django.db import connection
from django.utils import timezone

from careid.environment import Environment
from careid.post import delivering, outbox, smtp
from careid.post.models import Mail
from careid.serving import metrics
from careid.trail.models import Event
from tests.careid.post.test_outbox import queue, start_worker, state, wait_for
from tests.fakes import smtp as fakes

pytestmark = pytest.mark.django_db
BACKEND = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture(autouse=True)
def nobody_waits():
    delivering._unreachable_until = 0.0
    yield
    delivering._unreachable_until = 0.0


@pytest.fixture
def at(settings):
    """Mail goes to this server."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = BACKEND, "127.0.0.1", 1

    def use(sink):
        settings.EMAIL_PORT = sink.port
        return sink

    return use


@pytest.fixture
def sink(at):
    with fakes.running() as sink:
        yield at(sink)


def deliver(mail):
    delivering.deliver(str(mail.pk))


def later(mail):
    """How long until it is tried again."""
    with pytest.raises(delivering.TryLater) as again:
        deliver(mail)
    return again.value.after


def test_a_line_that_is_dropped_at_one_mail_counts_against_that_mail_and_the_others_go(sink, person):
    bad, good = queue(person), queue(person)
    sink.cut = True
    assert later(bad) == timedelta(minutes=1)
    sink.cut = False
    deliver(good)
    bad.refresh_from_db()
    assert (state(good), bad.state, bad.refusals) == ("sent", "queued", 1)


def test_a_line_that_is_dropped_at_each_try_ends_with_an_event_and_nothing_to_read(sink, person):
    sink.cut = True
    bad = queue(person)
    waits = [later(bad) for _ in delivering.AFTER_REFUSAL]
    deliver(bad)
    assert waits == delivering.AFTER_REFUSAL
    assert (state(bad), bad.content, bad.answer) == ("failed", None, "no answer")
    assert Event.objects.get(name="mail.failed").details == {"template": "code", "answer": "no answer"}


def test_a_server_that_takes_long_to_say_that_it_took_a_mail_is_waited_for_and_gets_it_once(sink, person, settings):
    sink.takes = lambda message: settings.EMAIL_TIMEOUT + 0.5
    one = queue(person)
    deliver(one)
    assert (state(one), len(sink.messages)) == ("sent", 1)
    assert smtp.TAKING == 600  # seconds: RFC 5321, 4.5.3.2.6


def test_a_goodbye_that_goes_wrong_changes_nothing_about_a_mail_that_was_taken(sink, person):
    sink.silent_quit = True
    one = queue(person)
    deliver(one)
    assert state(one) == "sent"


@pytest.mark.parametrize("answer", ["550 not you", "451 later", "not a reply code"])
def test_a_server_that_refuses_our_sender_costs_no_mail_at_once_and_holds_up_none(answer, sink, person):
    sink.sender_answer = answer
    one, other = queue(person), queue(person)
    assert later(one) == timedelta(minutes=1)
    sink.sender_answer = None
    deliver(other)
    assert (state(one), state(other)) == ("queued", "sent")


def test_a_server_that_does_not_let_us_in_makes_all_mail_wait_and_none_is_counted(at, person, settings):
    refuses = {"authenticator": lambda *_: AuthResult(success=False, handled=False), "auth_require_tls": False}
    with fakes.running(**refuses) as sink:
        at(sink)
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "careid", "wrong"
        assert {later(queue(person)), later(queue(person))} == {delivering.PROBE}
    assert set(Mail.objects.values_list("state", "refusals")) == {("queued", 0)}


def test_a_server_that_does_not_greet_makes_all_mail_wait(at, person):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        at(SimpleNamespace(port=mute.getsockname()[1]))
        assert later(queue(person)) == delivering.PROBE
    assert Mail.objects.get().refusals == 0


@pytest.mark.parametrize("to", ['"a\x0bb:c"@x.example', "a\nb@x.example", "ä" * 300 + "@" + "ß" * 300])
def test_what_can_not_be_built_is_given_up_with_an_event(to, sink, person):
    one = queue(person, to=to)
    deliver(one)
    assert (state(one), one.content) == ("failed", None)
    assert Event.objects.get(name="mail.failed").details["answer"] in {"can not be built", "553"}
    assert sink.messages == []


def test_who_waits_for_the_server_hangs_up_when_the_worker_stops(sink, person):
    sink.takes = lambda message: 60
    watch = threading.Thread(target=_hang_up_once_one_waits, daemon=True)
    watch.start()
    began = time.monotonic()
    assert later(queue(person)) == timedelta(minutes=1)
    assert time.monotonic() - began < 30
    watch.join()


def _hang_up_once_one_waits():
    while not smtp._lines:
        time.sleep(0.01)
    time.sleep(0.3)
    smtp.hang_up()


def test_a_line_that_its_own_thread_has_just_closed_keeps_no_other_waiting(monkeypatch):
    closed, (ours, servers) = smtplib.SMTP(), socket.socketpair()
    waited_for = smtplib.SMTP()
    waited_for.sock = ours
    monkeypatch.setattr(smtp, "_lines", {closed: None, waited_for: None})
    with ours, servers:
        smtp.hang_up()
        assert servers.recv(1) == b""


@pytest.mark.django_db(transaction=True)
def test_notices_that_the_server_takes_minutes_over_hold_up_no_code_and_no_other_work(person, settings):
    with fakes.running() as sink:
        sink.takes = lambda message: 600 if "0" * 6 in message.get_content() else 0
        context = {"minutes": 1, "code": "000000"}
        notices = [outbox.send("code", profile=None, to=f"a{n}@x.example", context=context) for n in range(9)]
        worker = start_worker(sink)
        try:
            wait_for(lambda: len(sink.messages) == settings.WORKER_MAIL_LINES - 1, worker)
            code = queue(person, good_for=timedelta(minutes=7))
            wait_for(lambda: state(code) == "sent", worker)
            done = _done()
            wait_for(lambda: _done() > done, worker)
        finally:
            worker.kill()
            worker.wait()
    assert {state(one) for one in notices} == {"queued"}


@pytest.mark.django_db(transaction=True)
def test_codes_to_one_mailbox_that_takes_minutes_hold_up_nobody_elses(person, make_person):
    with fakes.running() as sink:
        sink.takes = lambda message: 600 if message["To"] == person.email else 0
        slow = [queue(person, good_for=timedelta(minutes=7)) for _ in range(12)]
        worker = start_worker(sink)
        try:
            wait_for(lambda: len(sink.messages) >= delivering.LINES_TO_ONE, worker)
            code = queue(make_person(), good_for=timedelta(minutes=7))
            wait_for(lambda: state(code) == "sent", worker)
        finally:
            worker.kill()
            worker.wait()
    assert len(sink.messages) == delivering.LINES_TO_ONE + 1
    assert {state(one) for one in slow} == {"queued"}


def _done():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'default' AND status = 'succeeded'")
        return cursor.fetchone()[0]


def test_smtps_is_tls_from_the_first_byte(at, person, settings, monkeypatch, tmp_path):
    import trustme

    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with fakes.running(ssl_context=context) as sink:
        monkeypatch.setenv("EMAIL_URL", f"smtps://127.0.0.1:{sink.port}")
        for name, value in Environment().mail_url("EMAIL_URL", default="").items():
            setattr(settings, name, value)
        one = queue(person)
        deliver(one)
    assert (state(one), len(sink.messages)) == ("sent", 1)


@pytest.mark.parametrize(
    ("scheme", "tls", "implicit"),
    [("smtp", False, False), ("smtp+tls", True, False), ("smtps", False, True), ("smtp+ssl", False, True)],
)
def test_each_way_of_writing_the_address_of_the_mail_server(scheme, tls, implicit, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", f"{scheme}://mail.example")
    read = Environment().mail_url("EMAIL_URL", default="")
    assert (read.get("EMAIL_USE_TLS", False), read.get("EMAIL_USE_SSL", False)) == (tls, implicit)


def test_a_mail_that_is_tried_for_hours_is_no_queue_that_stands(person):
    queue(person)
    Mail.objects.update(refusals=3, queued_at=timezone.now() - timedelta(hours=10))
    assert "careid_mail_oldest_unsent_seconds 0" in metrics.text().decode()
    Mail.objects.update(refusals=0)
    assert "careid_mail_oldest_unsent_seconds 0" not in metrics.text().decode()
