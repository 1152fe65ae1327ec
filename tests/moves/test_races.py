"""Several at once, at a move: nobody is told twice, in a move twice, or told anything once it is stopped."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from careid.errors import Refused
from careid.people.uploads import Upload
from careid.post.models import Mail
from careid.trail.models import Event
from moves import joining, loading, making, rounds
from moves.models import Mailing, Move, Person
from tests import threads
from tests.moves import crowd
from tests.moves.crowd import OPERATOR

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 12


@pytest.fixture
def move(organisation, monkeypatch):
    """A draft of twelve people, who are told two and two."""
    monkeypatch.setattr(rounds, "AT_ONCE", 2)
    move = crowd.draft(ends_on=crowd.today())
    for number in range(MANY):
        crowd.join(move, f"p{number}")
    return move


def fresh(move):
    return Move.objects.get(pk=move.pk)


def test_of_those_who_start_it_or_stop_it_or_cancel_it_at_once_one_does(move):
    for rule, name in ((making.start, "started"), (making.stop, "stopped"), (making.cancel, "cancelled")):
        done = threads.together([lambda rule=rule: rule(move=fresh(move), by=OPERATOR) for _ in range(4)])
        assert sorted(done) == [False, False, False, True], name
        assert Event.objects.filter(name=f"move.{name}").count() == 1


def test_workers_that_tell_at_once_tell_each_person_once(move):
    making.start(move=move, by=OPERATOR)
    told = threads.together([lambda: rounds.tell(fresh(move)) for _ in range(4)])
    assert sum(one["start"] for one in told) == MANY
    assert len(crowd.waiting(move)) == len(set(crowd.waiting(move))) == Mailing.objects.count() == MANY


def test_a_stop_in_the_middle_of_a_round_leaves_nothing_waiting_and_all_are_told_once_it_goes_on(move, monkeypatch):
    making.start(move=move, by=OPERATOR)
    note, parts = rounds._note, []

    def in_between(*args):
        note(*args)
        parts.append(1)
        if len(parts) == 2:
            parts.append(pool.submit(stop))
            threads.until_they_wait(1)

    def stop():
        try:
            return making.stop(move=fresh(move), by=OPERATOR)
        finally:
            connection.close()

    with threads.patient_connections(), ThreadPoolExecutor(1) as pool, monkeypatch.context() as patched:
        patched.setattr(rounds, "_note", in_between)
        assert rounds.tell(fresh(move)) == {"start": 4}
        assert parts[2].result() is True
    assert Event.objects.get(name="move.stopped").details["many"] == 4
    assert crowd.waiting(move) == []
    assert rounds.tell(fresh(move)) == {}
    making.resume(move=fresh(move), by=OPERATOR)
    assert rounds.tell(fresh(move)) == {"start": MANY}
    assert len(crowd.waiting(move)) == len(set(crowd.waiting(move))) == Mailing.objects.count() == MANY


def test_what_is_handed_to_the_mail_server_while_a_move_stops_counts_as_told(move):
    making.start(move=move, by=OPERATOR)
    rounds.tell(move)
    going = Mail.objects.first()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE args->>'mail_id' = %s RETURNING id", [str(going.pk)]
        )
        assert cursor.rowcount == 1
    making.stop(move=fresh(move), by=OPERATOR)
    Mail.objects.filter(pk=going.pk).update(state="sent")
    making.resume(move=fresh(move), by=OPERATOR)
    rounds.tell(fresh(move))
    assert len(crowd.waiting(move)) == MANY - 1
    assert Mailing.objects.filter(mail=going).count() == 1


def test_what_a_dead_worker_was_handing_over_while_a_move_stopped_is_told_later(move):
    making.start(move=move, by=OPERATOR)
    rounds.tell(move)
    being_done("doing")
    making.stop(move=fresh(move), by=OPERATOR)
    making.resume(move=fresh(move), by=OPERATOR)
    assert rounds.tell(fresh(move)) == {}
    being_done("todo")  # once it is missed
    assert rounds.tell(fresh(move)) == {"start": MANY}


def being_done(status):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE task_name = 'careid.deliver'", [status])


def upload(move, count=7):
    head = "email,given_name,family_name,organisation,way"
    lines = [f"q{number}@example.nhs.uk,Q,Sample,RX1,two_factor" for number in range(count)]
    return loading.judge(file=io.BytesIO("\n".join([head, *lines]).encode()), move=move, by=OPERATOR)


def test_a_file_is_taken_by_one_of_those_who_press_at_once(move):
    file = upload(move)

    def take():
        try:
            loading.take(upload=Upload.objects.get(pk=file.pk), wanted="all", by=OPERATOR)
        except Refused as refused:
            return refused.reason
        return "done"

    assert sorted(threads.together([take] * 3)) == ["done", "taken", "taken"]


def test_workers_that_load_one_file_at_once_or_two_with_the_same_people_add_each_once(move, monkeypatch):
    monkeypatch.setattr(joining, "AT_ONCE", 2)
    files = [upload(move), upload(move)]
    for file in files:
        loading.take(upload=file, wanted="all", by=OPERATOR)
    threads.together([lambda file=file: joining.join(file) for file in [*files, *files]])
    assert Person.objects.filter(move=move).count() == MANY + 7
    assert set(Upload.objects.values_list("state", flat=True)) == {"done"}
    assert Event.objects.filter(name="move.people_loaded").count() == 2


def test_a_round_that_breaks_off_leaves_whole_parts_and_the_next_goes_on(move, monkeypatch):
    making.start(move=move, by=OPERATOR)
    note, parts = rounds._note, []

    def die(*args):
        parts.append(1)
        if len(parts) == 3:
            raise KeyboardInterrupt
        note(*args)

    with monkeypatch.context() as patched:
        patched.setattr(rounds, "_note", die)
        with pytest.raises(KeyboardInterrupt):
            rounds.tell(fresh(move))
    assert Mailing.objects.count() == Mail.objects.count() == Person.objects.exclude(mailed_on=None).count() == 4
    assert rounds.tell(fresh(move)) == {"start": MANY - 4}
    assert len(set(crowd.waiting(move))) == Mailing.objects.count() == MANY
