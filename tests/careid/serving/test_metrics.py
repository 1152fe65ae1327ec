"""What Prometheus reads, and who may."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DataError, connection, transaction
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from authenticators.registry import KINDS
from careid.post.jobs import deliver
from careid.post.models import Mail
from careid.serving import metrics
from careid.trail.models import Event, Seal
from careid.trail.names import EventName
from careid.trail.record import record
from sign_in import trail
from sign_in.models import Session
from sign_in.words import Why
from tests import kinds
from tests.sign_in.test_sessions import come_in, stored
from tests.visitors import post

PROXY = {"x-forwarded-for": "127.0.0.1"}


@pytest.fixture
def told(client, db):
    """Each sample by its name and its labels, in their order of names."""

    def told():
        response = client.get("/metrics")
        assert response.status_code == 200
        families = text_string_to_metric_families(response.content.decode())
        return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}

    return told


def test_attempts_and_outcomes_are_told_by_kind_and_reason(visitor, person, told):
    visitor.enrol(person)
    record(EventName.CEREMONY_REJECTED, outcome="refused", reason="cancelled", details={"kind": kinds.another_kind()})
    samples = told()
    assert samples["careid_events_5m", "attempt.started", "", "ok", ""] == 1
    assert samples["careid_events_5m", "authenticator.added", kinds.some_kind(), "ok", ""] == 1
    assert samples["careid_events_5m", "ceremony.rejected", kinds.another_kind(), "refused", "cancelled"] == 1
    assert samples["careid_database_up",] == 1


def test_what_is_older_than_five_minutes_is_not_told(visitor, told):
    Event.objects.create(name="attempt.started", outcome="ok", actor="person", at=timezone.now() - timedelta(minutes=6))
    assert ("careid_events_5m", "attempt.started", "", "ok", "") not in told()


def test_limits_are_told_in_each_mode(told):
    for mode in ("enforce", "shadow", "shadow"):
        record(EventName.LIMIT_REACHED, outcome="refused", details={"limit": "start", "mode": mode})
    samples = told()
    assert samples["careid_limits_reached_5m", "start", "enforce"] == 1
    assert samples["careid_limits_reached_5m", "start", "shadow"] == 2


def test_mails_are_told_by_state_with_the_age_of_the_oldest(visitor, person, told):
    visitor.details(person)
    post()
    visitor.details(person)
    Mail.objects.filter(state="queued").update(queued_at=timezone.now() - timedelta(minutes=3))
    samples = told()
    assert samples["careid_mails", "sent"] == 1
    assert samples["careid_mails", "queued"] == 1
    assert 170 < samples["careid_mail_oldest_unsent_seconds",] < 200


def test_jobs_that_failed_and_the_oldest_that_is_due_are_told(told):
    failed = deliver.defer(mail_id=str(uuid4()))
    waiting = deliver.defer(mail_id=str(uuid4()))
    deliver.configure(schedule_at=timezone.now() + timedelta(hours=1)).defer(mail_id=str(uuid4()))
    deliver.configure(schedule_at=timezone.now() - timedelta(minutes=1)).defer(mail_id=str(uuid4()))
    assert 55 < told()["careid_job_oldest_due_seconds",] < 80
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [failed])
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '9 min' WHERE job_id = %s", [waiting])
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()), ('9999-01-01')")
    samples = told()
    assert samples["careid_jobs_failed",] == 1
    assert samples["careid_jobs_due",] == 2
    assert 530 < samples["careid_job_oldest_due_seconds",] < 560
    assert samples["careid_workers",] == 1


def test_how_long_events_wait_for_their_seal_is_told_whatever_numbers_they_have(told):
    def happened(minutes, **more):
        at = timezone.now() - timedelta(minutes=minutes)
        return Event.objects.create(name="command.run", outcome="ok", actor="x", at=at, **more)

    def sealed(number, event, minutes):
        at = timezone.now() - timedelta(minutes=minutes)
        Seal.objects.create(number=number, last=event.sequence, count=1, at=at, form=1, key_id="s1", mac=b"x" * 32)

    assert told()["careid_trail_unsealed_seconds",] == 0
    first = happened(9)
    assert 500 < told()["careid_trail_unsealed_seconds",] < 600
    sealed(1, first, 8)
    assert told()["careid_trail_unsealed_seconds",] == 0
    sealed(2, happened(7, sequence=2**62), 7)
    happened(4)
    assert 200 < told()["careid_trail_unsealed_seconds",] < 300


def test_tries_to_sign_in_are_told_by_kind_and_outcome_and_sessions_by_how_long_nothing_was_done(told, person):
    assert (told()["careid_sessions_open",], told()["careid_session_longest_idle_seconds",]) == (0, 0)
    one = stored(person)
    come_in(one), come_in(one)
    trail.note(kind=KINDS[one.kind], reason=Why.LEVEL, authenticator=one)
    Session.objects.filter(pk=Session.objects.first().pk).update(last_seen_at=timezone.now() - timedelta(minutes=9))
    samples = told()
    assert (samples["careid_sign_ins_5m", one.kind, "ok"], samples["careid_sign_ins_5m", one.kind, "refused"]) == (2, 1)
    assert samples["careid_sessions_open",] == 2
    assert 530 < samples["careid_session_longest_idle_seconds",] < 600
    Session.objects.update(ended_at=timezone.now(), ended_reason="signed_out")
    assert (told()["careid_sessions_open",], told()["careid_session_longest_idle_seconds",]) == (0, 0)


def test_requests_are_measured_by_page_and_not_by_path(client, told):
    client.get("/nothing/ama.sample@example.nhs.uk/")
    client.get("/help/services/")
    metrics.answered("admin:careid_profile_change", 302, 0.1)
    samples = told()
    assert samples["careid_request_seconds_count", "help-services", "2xx"] >= 1
    assert samples["careid_request_seconds_count", "-", "4xx"] >= 1
    assert samples["careid_request_seconds_count", "admin", "3xx"] >= 1
    assert "@" not in str(samples)
    assert "admin:" not in str(samples)


def test_without_a_database_the_requests_are_told(told, client):
    client.get("/help/services/")
    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(DataError):
            cursor.execute("SELECT 1 / 0")  # and nothing more is answered in this transaction
        samples = told()
        transaction.set_rollback(True)
    assert samples["careid_database_up",] == 0
    assert samples["careid_request_seconds_count", "help-services", "2xx"] >= 1


@pytest.mark.parametrize("sql", [metrics.EVENTS, metrics.MAILS, *(sql for _, sql in metrics.NOW.values())])
def test_no_question_reads_a_whole_table_that_grows(sql, db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    few = {"moves_move", "careid_upload"}  # a row for each service that moves, and for each file of some days
    assert set(re.findall(r"Seq Scan on (\w+)", plan)) <= few


@pytest.mark.parametrize(
    ("from_where", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("::ffff:127.0.0.1", {}, 200),
        ("198.51.100.7", {}, 404),
        ("198.51.100.7", PROXY, 404),
        ("127.0.0.1", PROXY, 404),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}, 404),
        ("127.0.0.1", {"x-forwarded-proto": "https"}, 404),
        ("", {}, 404),
    ],
)
@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_without_a_token_this_machine_alone_may_read(from_where, headers, status, proxies, client, settings, db):
    settings.TRUSTED_PROXIES = proxies
    assert client.get("/metrics", headers=headers, REMOTE_ADDR=from_where).status_code == status


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", "x" * 40, f"Basic {'t' * 40}", f"Bearer {'t' * 40}é"])
def test_with_a_token_nobody_reads_without_it(given, client, settings):
    settings.METRICS_TOKEN = "t" * 40
    response = client.get("/metrics", headers={"authorization": given})
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_with_the_token_anybody_reads(client, settings, db):
    settings.METRICS_TOKEN = "t" * 40
    answer = client.get("/metrics", headers={"authorization": f"Bearer {'t' * 40}"} | PROXY, REMOTE_ADDR="198.51.100.7")
    assert answer.status_code == 200
