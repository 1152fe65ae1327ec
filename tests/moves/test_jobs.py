"""What the worker does about moves by itself: it tells, loads, ends and forgets."""

import io
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from careid.serving import metrics
from moves import jobs, loading, making
from moves.models import Mailing, Move, Person
from tests.moves import crowd
from tests.moves.crowd import OPERATOR, at

pytestmark = pytest.mark.django_db
RULES = {"moves.tell": jobs.tell, "moves.load": jobs.load}


def work():
    """What was deferred, as a worker would."""
    for job in ProcrastinateJob.objects.filter(task_name__in=RULES, status="todo").order_by("id"):
        RULES[job.task_name].func(**job.args)


@pytest.fixture
def move(organisation):
    return crowd.draft(ends_on=crowd.today() + timedelta(days=100))


def test_what_the_desk_does_reaches_people_by_jobs_that_carry_keys_alone(move):
    line = "ama@example.nhs.uk,Ama,Sample,RX1,two_factor"
    file = io.BytesIO(f"email,given_name,family_name,organisation,way\n{line}\n".encode())
    upload = loading.judge(file=file, move=move, by=OPERATOR)
    loading.take(upload=upload, wanted="all", by=OPERATOR)
    work()
    assert crowd.told() == []
    making.start(move=move, by=OPERATOR)
    work()
    assert crowd.told() == [("ama", "start")]
    making.change_date(move=move, ends_on=move.ends_on + timedelta(days=1), by=OPERATOR)
    work()
    making.cancel(move=move, by=OPERATOR)
    work()
    assert [dict(job) for job in ProcrastinateJob.objects.filter(task_name__in=RULES).values_list("args", flat=True)] == [
        {"upload_id": str(upload.pk)},
        *[{"move_id": move.pk}] * 3,
    ]  # fmt: skip


def test_a_job_of_a_row_that_is_gone_does_nothing(db):
    jobs.tell.func(move_id=7)
    jobs.load.func(upload_id="1b4e28ba-2fa1-41d2-883f-0016d3cca427")


def test_what_a_dead_worker_left_is_told_within_ten_minutes(move):
    crowd.join(move, "ama")
    making.start(move=move, by=OPERATOR)
    jobs.remind.func(timestamp=0)
    jobs.remind.func(timestamp=0)
    assert crowd.told() == [("ama", "start")]


def test_the_regular_jobs_run_every_ten_minutes_one_at_a_time():
    due = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    for name in ("moves.remind", "moves.purge"):
        assert due[name] == "*/10 * * * *"
        assert app.tasks[name].queueing_lock == name


def test_people_go_90_days_after_the_end_of_their_move_and_the_move_stays(organisation):
    with time_machine.travel(at(2026, 6, 1, 12), tick=False):
        moves = {name: crowd.draft(starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30)) for name in "abcd"}
        for name, move in moves.items():
            crowd.join(move, name)
        for name in "abc":
            making.start(move=moves[name], by=OPERATOR)
            crowd.tell(moves[name])
    ends = {"a": timedelta(days=90, minutes=1), "b": timedelta(days=89, hours=23)}
    for name, ago in ends.items():
        Move.objects.filter(pk=moves[name].pk).update(state="done", ended_at=timezone.now() - ago)
    for name, days in {"c": 200, "d": 91}.items():
        gone = crowd.today() - timedelta(days=days)
        Move.objects.filter(pk=moves[name].pk).update(starts_on=gone, ends_on=gone)
    jobs.purge.func(timestamp=0)
    assert sorted(Person.objects.values_list("given_name", flat=True)) == ["B", "C"]
    assert sorted(Mailing.objects.values_list("person__given_name", flat=True)) == ["B", "C"]
    assert Move.objects.count() == 4


def test_moves_are_measured(move):
    crowd.join(move, "ama", call="wanted")
    making.start(move=move, by=OPERATOR)
    crowd.tell(move)

    def found():
        lines = metrics.text().decode().splitlines()
        return {line.split()[0]: float(line.split()[1]) for line in lines if line.startswith("careid_moves_")}

    assert found() == {
        "careid_moves_running": 1,
        "careid_moves_stopped": 0,
        "careid_moves_calls_wanted": 1,
        "careid_moves_mails_waiting": 1,
    }
    making.stop(move=move, by=OPERATOR)
    assert (found()["careid_moves_stopped"], found()["careid_moves_mails_waiting"]) == (1, 0)
