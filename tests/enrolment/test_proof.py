"""The work that a browser does in place of the picture."""

import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from careid.limits.models import LimitCount
from careid.storing import crypto
from enrolment import jobs, proof, views
from enrolment.models import Attempt, SpentProof
from tests.threads import together
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
MINE, YOURS = "m" * 32, "y" * 32


@pytest.fixture(autouse=True)
def _always(settings, monkeypatch):
    settings.CAPTCHA = "always"
    monkeypatch.setattr(views, "SECOND_PRESS_WAIT", 0.01)  # nobody here presses while another press is at it
    settings.PROOF_GUESSES = 20


def solve(challenge):
    """What the page's script does."""
    numbers = range(challenge["most"])
    found = next(number for number in numbers if proof._guess(challenge["salt"], number) == challenge["target"])
    return f"{challenge['signed']}.{found}"


def solved_by(visitor):
    return solve(visitor.client.get("/details/proof/").json())


def seconds_on(seconds):
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=True)


def test_a_solved_challenge_stands_in_for_the_picture_once(person):
    visitor = Visitor()
    solution = solved_by(visitor)
    assert visitor.details(person, proof=solution).status_code == 302
    assert Attempt.objects.get().picture == solution.split(".")[0]
    visitor.client.post("/restart/")
    assert visitor.details(person, nino="PP990000A", proof=solution).status_code == 422
    assert Attempt.objects.count() == 1


def test_the_second_of_two_presses_goes_where_the_first_went(person):
    visitor = Visitor()
    solution = solved_by(visitor)
    csrf = visitor.client.cookies["csrf"].value
    assert visitor.details(person, proof=solution).status_code == 302
    second = Visitor()
    second.client.cookies["csrf"] = csrf
    assert second.details(person, proof=solution).headers["Location"] == "/code/"
    assert Attempt.objects.count() == 1


def test_another_browser_can_not_use_it(person):
    assert Visitor().details(person, proof=solved_by(Visitor())).status_code == 422
    solution = solve(proof.challenge(MINE))
    assert proof.solved(solution, MINE)
    assert not proof.solved(solution, YOURS)


def test_it_runs_out_after_five_minutes():
    solution = solve(proof.challenge(MINE))
    with seconds_on(298):
        assert proof.solved(solution, MINE)
    with seconds_on(301):
        assert not proof.solved(solution, MINE)


def test_the_number_must_be_the_right_one():
    solution = solve(proof.challenge(MINE))
    signed, _, number = solution.rpartition(".")
    assert not proof.solved(f"{signed}.{int(number) + 1}", MINE)


@pytest.mark.parametrize("part", range(5))
def test_nothing_that_was_signed_can_be_changed(part):
    """Not the salt, the time, how much work it is, the target, nor the signature."""
    parts = solve(proof.challenge(MINE)).split(".")
    last = parts[part][-1]
    parts[part] = parts[part][:-1] + ("1" if last == "0" else "0")
    assert not proof.solved(".".join(parts), MINE)


def test_less_work_than_was_asked_for_is_a_forgery():
    salt, expires = "ab" * 20, int(time.time()) + 60
    stated = f"{salt}.{expires}.1.{proof._guess(salt, 0)}"
    for purpose in ("limit", "pair", "email code", proof.PURPOSE + " "):
        assert not proof.solved(f"{stated}.{crypto.macs(purpose, stated, MINE)[0].hex()}.0", MINE)
    assert proof.solved(f"{stated}.{crypto.macs(proof.PURPOSE, stated, MINE)[0].hex()}.0", MINE).id == salt


def test_a_challenge_signed_under_an_older_key_is_good_until_it_runs_out(settings):
    solution = solve(proof.challenge(MINE))
    settings.KEYS = f"new:{'A' * 43}=,{settings.KEYS}"
    assert proof.solved(solution, MINE)


@pytest.mark.parametrize(
    "text", ["", "x", "\x00", "\ud800", ".....", "٣" * 40 + ".1.1.1.1.1", "0" * 90_000, "a.b.c.d.e.f"]
)
def test_what_is_no_proof_is_nothing(text):
    assert not proof.solved(text, MINE)


def test_what_is_no_proof_is_refused_in_words_and_counted(person):
    response = Visitor().details(person, proof="x" * 5_000)
    assert response.status_code == 422
    assert "check has run out" in response.content.decode()
    assert LimitCount.objects.filter(limit="picture_failures").count() == 1


def test_a_slip_in_another_field_does_not_cost_the_proof(person):
    visitor = Visitor()
    solution = solved_by(visitor)
    page = visitor.details(person, nino="nonsense", proof=solution).content.decode()
    assert solution in page
    assert ">Done. You can leave" in page
    assert not SpentProof.objects.exists()
    assert visitor.details(person, proof=solution).status_code == 302


def test_a_picture_that_was_answered_counts_and_keeps_the_proof(person):
    visitor = Visitor()
    solution = solved_by(visitor)
    assert visitor.details(person, proof=solution, captcha_0="a" * 40, captcha_1="wrong").status_code == 422
    assert not SpentProof.objects.exists()


def test_failures_lock_both_ways_past_the_details(person):
    visitor = Visitor()
    assert [visitor.details(person, proof="x").status_code for _ in range(21)] == [422] * 20 + [429]
    assert visitor.details(person, proof=solved_by(visitor)).status_code == 429


def test_asking_is_limited_together_with_asking_for_pictures():
    visitor = Visitor()
    ask = {"headers": {"X-Requested-With": "XMLHttpRequest"}}
    assert [visitor.client.get("/captcha/refresh/", **ask).status_code for _ in range(30)] == [200] * 30
    assert [visitor.client.get("/details/proof/").status_code for _ in range(31)] == [200] * 30 + [429]


def test_asking_leaves_no_row_and_is_not_kept_by_the_browser():
    response = Visitor().client.get("/details/proof/")
    assert response.headers["Cache-Control"] == "no-store"
    assert not SpentProof.objects.exists()


def test_match_and_no_match_differ_in_nothing(person):
    answers, statements = [], []
    for nino in (person.nino, "PP990000A"):
        visitor = Visitor()
        solution = solved_by(visitor)
        with CaptureQueriesContext(connection) as captured:
            answer = visitor.details(person, nino=nino, proof=solution)
        answers.append((answer.status_code, answer.headers["Location"], len(answer.content)))
        statements.append([query["sql"].split(" ", 1)[0] for query in captured])
    assert answers[0] == answers[1]
    assert statements[0] == statements[1]


@pytest.mark.django_db(transaction=True)
def test_of_ten_at_once_one_is_spent():
    proved = proof.solved(solve(proof.challenge(MINE)), MINE)

    def spend():
        return proof.spend(proved)

    assert sorted(together([spend] * 10)) == [False] * 9 + [True]


def test_what_was_spent_is_forgotten_a_day_after_it_would_have_run_out():
    solution = solve(proof.challenge(MINE))
    assert proof.spend(proof.solved(solution, MINE))
    jobs.purge(timestamp=0)
    assert SpentProof.objects.exists()
    with seconds_on(25 * 3600):
        jobs.purge(timestamp=0)
    assert not SpentProof.objects.exists()


def test_where_no_picture_is_asked_for_no_proof_is(person, settings):
    settings.CAPTCHA = "never"
    assert Visitor().details(person, proof="x").status_code == 302
