"""Each service that somebody signed in to hears within seconds that it is over, and nobody hears of what is not."""

from datetime import timedelta
from uuid import uuid4

import jwt
import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authenticators import actions
from careid.trail.models import Event
from profiles import closing
from provider import jobs, logouts, telling
from provider.models import Logout
from sign_in import ending, sessions, sweeping
from sign_in.browser import Browser
from sign_in.models import Session, SignIn
from sign_in.words import Ended
from tests.provider.listening import a_client, listener, used_by
from tests.sign_in.test_sessions import browser_of, come_in, stored

pytestmark = pytest.mark.django_db
LIFE = django_settings.SESSION_LIFE
REASON = {"by": "admin:7", "reason": "lost"}


@pytest.fixture
def hears(settings):
    with listener() as one:
        settings.FETCH_INSIDE = [one.host]
        yield one


@pytest.fixture
def client_(hears):
    return a_client(address=hears.address)


@pytest.fixture
def opened(person):
    return come_in(stored(person))


@pytest.fixture
def row(opened, client_):
    return used_by(client_, opened.session, LIFE)


def due():
    """The jobs that a worker would do now, as it calls them; those that come back are told with their times."""
    again = []
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name = 'provider.tell' RETURNING args->>'logout_id', queue_name"
        )
        for logout_id, queue in cursor.fetchall():
            assert queue == "logouts"
            try:
                jobs.tell.func(logout_id=logout_id)
            except telling.TryLater as later:
                again.append(later.at)
    return again


def seconds_later():
    """What the worker does every few seconds."""
    sweeping.sweep()
    jobs.tell_due.func(timestamp=0)
    return due()


def state(row):
    row.refresh_from_db()
    return row.state


def age(**past):
    """Let every session be so much older."""
    Session.objects.update(**{name: timezone.now() - ago for name, ago in past.items() if name != "at"})
    if "at" in past:
        SignIn.objects.update(at=timezone.now() - past["at"])


def another_person(opened):
    one = opened.session.newest.authenticator
    other = type(one.profile).objects.exclude(pk=one.profile_id).get()
    come_in(stored(other), Browser(session=opened.token, known=opened.known))


def reported(opened):
    from authenticators import reports
    from careid.post import not_me

    one = opened.session.newest.authenticator
    link = not_me.link(one.profile, address=one.profile.email, authenticator_id=one.pk)
    reports.report(token=link.split("/")[-2])


ENDS = {
    "sign-out": lambda one: browser_of(one).post("/sign-out/"),
    "an end from another place": lambda one: sessions.end(session=one.session, by="person", reason=Ended.ENDED),
    "all ended": lambda one: sessions.end_all(profile=one.session.profile, by="person", reason=Ended.ENDED),
    "the Registration Authority": lambda one: ending.everywhere(profile=one.session.profile, **REASON),
    "another person in that browser": another_person,
    "revoked": lambda one: actions.revoke(authenticator=one.session.newest.authenticator, **REASON),
    "suspended": lambda one: actions.suspend(authenticator=one.session.newest.authenticator, **REASON),
    "reported": reported,
    "closed": lambda one: closing.close(profile=one.session.profile, by="admin:7", reason="leaver"),
    "twelve hours": lambda one: age(at=LIFE, started_at=LIFE),
}


@pytest.mark.parametrize("how", ENDS)
def test_however_it_ends_the_service_hears(how, opened, row, hears, make_person):
    make_person()
    ENDS[how](opened)
    Logout.objects.update(over_at=SignIn.objects.earliest("at").at + LIFE)
    assert seconds_later() == []
    [claims] = hears.claims()
    assert (claims["sid"], claims["sub"]) == (str(opened.session.pk), opened.session.profile.user_id)
    assert (state(row), row.answer, row.tries) == ("told", "200", 1)
    told = Event.objects.get(name="logout.told")
    assert (told.profile_id, told.actor, told.details) == (row.profile_id, "system", {"client": "records.apps.example"})
    assert seconds_later() == []
    assert len(hears.heard) == 1


@pytest.mark.parametrize("how", ENDS)
def test_what_ends_while_the_session_stands_idle_is_heard_too(how, opened, row, hears, make_person):
    make_person()
    age(last_seen_at=django_settings.SESSION_IDLE)
    seconds_later()
    assert Session.objects.get().ended_reason == "idle"
    ENDS[how](opened)
    Logout.objects.update(over_at=SignIn.objects.earliest("at").at + LIFE)
    seconds_later()
    assert [claims["sid"] for claims in hears.claims()] == [str(opened.session.pk)]


def test_of_an_idle_end_nobody_hears_and_who_comes_back_goes_on_with_it(opened, row, hears):
    age(last_seen_at=django_settings.SESSION_IDLE)
    seconds_later()
    assert (hears.heard, state(row)) == ([], "listening")
    again = come_in(opened.session.newest.authenticator, Browser(session=opened.token, known=opened.known))
    assert again.session.pk == opened.session.pk
    seconds_later()
    assert (hears.heard, state(row)) == ([], "listening")
    sessions.end(session=again.session, by="person", reason=Ended.SIGNED_OUT)
    seconds_later()
    assert len(hears.heard) == 1


def test_twelve_hours_count_from_the_newest_sign_in(opened, row, hears):
    sooner = timezone.now() - timedelta(hours=1)
    Logout.objects.update(over_at=sooner)
    seconds_later()
    assert state(row) == "listening"
    assert row.over_at == opened.session.newest.at + LIFE
    with time_machine.travel(row.over_at + timedelta(seconds=1), tick=False):
        jobs.tell_due.func(timestamp=0)
        assert state(row) == "due"


def test_a_service_without_an_address_is_not_told_and_is_named_to_the_person(opened, hears):
    silent = used_by(a_client("Screening"), opened.session, LIFE)
    used_by(a_client("Records", address=hears.address), opened.session, LIFE)
    assert logouts.untold(opened.session.pk) == ["Screening"]
    sessions.end(session=opened.session, by="person", reason=Ended.SIGNED_OUT)
    seconds_later()
    assert state(silent) == "unasked"
    assert len(hears.heard) == 1
    assert logouts.untold(opened.session.pk) == ["Screening"]


def test_the_token_is_as_the_specification_has_it(opened, row, hears):
    sessions.end(session=opened.session, by="person", reason=Ended.SIGNED_OUT)
    before = timezone.now().timestamp()
    SignIn.objects.update(at=timezone.now() - timedelta(minutes=1))
    seconds_later()
    [(kind, form)] = hears.heard
    assert (kind, [name for name, _ in form]) == ("application/x-www-form-urlencoded", ["logout_token"])
    [token], [claims] = hears.tokens(), hears.claims()
    header = jwt.get_unverified_header(token)
    assert (header["typ"], header["alg"]) == ("logout+jwt", "RS256")
    assert set(claims) == {"iss", "aud", "iat", "exp", "jti", "events", "sub", "sid"}
    assert (claims["iss"], claims["aud"]) == (django_settings.ISSUER, "records.apps.example")
    assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert -3 <= claims["iat"] - before <= -1
    assert 119 <= claims["exp"] - before <= 121


def test_it_is_never_issued_before_the_newest_sign_in(opened, row, hears):
    sessions.end(session=opened.session, by="person", reason=Ended.SIGNED_OUT)
    seconds_later()
    [claims] = hears.claims()
    assert claims["iat"] == int(opened.session.newest.at.timestamp())


def test_a_token_is_signed_as_the_client_asks(opened, row, hears, client_):
    type(client_).objects.update(id_token_signed_response_alg="PS256")
    sessions.end(session=opened.session, by="person", reason=Ended.SIGNED_OUT)
    seconds_later()
    assert jwt.get_unverified_header(hears.tokens()[0])["alg"] == "PS256"


def test_one_that_can_not_be_signed_as_the_client_asks_is_tried_again_and_says_why(
    opened, row, hears, client_, settings
):
    settings.SIGNING_KEYS = settings.SIGNING_KEYS.split(",")[0]
    type(client_).objects.update(id_token_signed_response_alg="ES256")
    sessions.end(session=opened.session, by="person", reason=Ended.SIGNED_OUT)
    assert len(seconds_later()) == 1
    assert (state(row), row.answer, hears.heard) == ("due", "no_key", [])


def over(opened):
    sessions.end(session=opened.session, by="person", reason=Ended.SIGNED_OUT)
    jobs.tell_due.func(timestamp=0)


@pytest.mark.parametrize("status", [400, 500, 302, 201, 404])
def test_400_is_final_and_any_other_answer_is_tried_again_after_growing_times(status, opened, row, hears):
    hears.statuses = [status]
    over(opened)
    waits = []
    for _ in range(5):
        now = timezone.now()
        if not (again := due()):
            break
        waits.append(round((again[0] - now).total_seconds()))
        logouts.app.configure_task("provider.tell", queue="logouts").defer(logout_id=str(row.pk))
    assert waits == ([] if status == 400 else [5, 15, 45, 120])
    assert len(hears.heard) == len({claims["jti"] for claims in hears.claims()}) == (1 if status == 400 else 5)
    assert (state(row), row.answer) == ("failed", str(status))
    failed = Event.objects.get(name="logout.failed")
    assert (failed.outcome, failed.details) == ("failed", {"client": "records.apps.example", "answer": str(status)})


def test_one_that_hears_at_the_second_try_has_heard(opened, row, hears):
    hears.statuses = [503, 204]
    over(opened)
    assert len(due()) == 1
    assert (state(row), row.answer, row.tries) == ("due", "503", 1)
    telling.tell(str(row.pk))
    assert (state(row), row.answer, row.tries) == ("told", "204", 2)


def test_after_four_minutes_it_is_not_tried_again(opened, row, hears):
    hears.statuses = [503]
    over(opened)
    Logout.objects.update(over_at=timezone.now() - timedelta(seconds=234))
    assert len(due()) == 1
    telling.tell(str(row.pk))  # which would come back in 15 seconds
    assert (state(row), len(hears.heard)) == ("failed", 2)


def test_who_is_away_is_tried_again(opened, row, hears):
    hears.server.server_close()
    over(opened)
    assert len(due()) == 1
    assert (state(row), row.answer) == ("due", "away")


def test_more_at_once_than_a_client_has_lines_come_back_and_count_as_no_try(opened, row, hears, client_):
    over(opened)
    lines = [telling._line_to(client_.pk) for _ in range(telling.LINES_TO_ONE)]
    for one in lines:
        assert one.__enter__()
    try:
        assert len(due()) == 1
        assert (state(row), row.tries, hears.heard) == ("due", 0, [])
        other = used_by(a_client("Screening", address=hears.address), opened.session, LIFE)
        seconds_later()
        assert state(other) == "told"
    finally:
        for one in lines:
            one.__exit__(None, None, None)
    telling.tell(str(row.pk))
    assert state(row) == "told"


def test_it_is_queued_once_and_what_comes_back_stands_behind_what_was_not_tried(opened, row, hears):
    over(opened)
    jobs.tell_due.func(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT priority FROM procrastinate_jobs WHERE task_name = 'provider.tell'")
        assert cursor.fetchall() == [(logouts.FIRST,)]
    decided = jobs.AsItAsks().get_retry_decision(exception=telling.TryLater(timezone.now()), job=None)
    assert decided.priority < logouts.FIRST


def test_a_second_telling_of_what_was_told_does_nothing(opened, row, hears):
    over(opened)
    due()
    telling.tell(str(row.pk))
    telling.tell(str(uuid4()))
    assert len(hears.heard) == 1


def test_what_was_missed_while_no_worker_ran_is_found_within_minutes(opened, row, hears):
    sessions.end(session=opened.session, by="person", reason=Ended.SIGNED_OUT)
    Session.objects.update(ended_at=timezone.now() - logouts.LATELY - timedelta(seconds=1))
    jobs.tell_due.func(timestamp=0)
    assert state(row) == "listening"
    jobs.purge.func(timestamp=0)
    due()
    assert state(row) == "told"


def test_one_whose_session_is_gone_is_told_at_its_time(person, client_, hears):
    row = Logout.objects.create(session_id=uuid4(), client=client_, profile=person, over_at=timezone.now())
    seconds_later()
    assert state(row) == "told"


def test_many_are_found_some_at_a_time_by_as_many_statements_as_one(make_person, client_, monkeypatch):
    monkeypatch.setattr(logouts, "AT_ONCE", 2)
    for _ in range(5):
        one = come_in(stored(make_person()))
        used_by(client_, one.session, LIFE)
        sessions.end(session=one.session, by="person", reason=Ended.SIGNED_OUT)
    with CaptureQueriesContext(connection) as asked:
        assert logouts.mark_due() == 5
    assert sum("UPDATE provider_logout" in one["sql"] for one in asked) == 3 + 1 + 1
    assert sum("procrastinate_defer_jobs" in one["sql"] for one in asked) == 3


def test_no_token_or_address_stands_in_an_event_or_a_job(opened, row, hears):
    over(opened)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'provider.tell'")
        assert cursor.fetchall() == [(f'{{"logout_id": "{row.pk}"}}',)]
    due()
    assert set(Event.objects.get(name="logout.told").details) == {"client"}
