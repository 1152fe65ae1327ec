"""A ledger or a table with one lie in it does not pass."""

from collections import Counter
from dataclasses import replace
from hashlib import sha256

import pytest

from tests.faults import verdict
from tests.faults.facts import CameIn, Facts, Moved, Stored
from tests.faults.ledger import NO_ANSWER, Answer, End, Fault, Ledger, Proof, SignedIn, Told

AMA, NOOR = "ama@example.nhs.uk", "noor@example.nhs.uk"
CAME_IN = CameIn("a1", AMA, "app", "v1", sha256(b"a token").hexdigest())


@pytest.fixture
def ledger():
    return Ledger(
        answers=[Answer(99, AMA, "GET /", 302), Answer(105, AMA, "GET /", 503), Answer(130, AMA, "GET /", 200)],
        proofs=[Proof(120, AMA, "app"), Proof(121, NOOR, "key")],
        told=[Told(122, AMA, "app", "a1")],
        tries=[Proof(125, AMA, "app")],
        signed_in=[SignedIn(126, AMA, "app", "a token")],
        returned=[End(127, AMA, "signed in"), End(127, NOOR, "held"), End(127, "stranger@example.nhs.uk", "refused")],
        ends=[End(123, AMA, "added"), End(124, NOOR, "added"), End(124, "stranger@example.nhs.uk", "refused")],
        reminded=["start", "28"],
        killed_telling=1,
        faults=[Fault("web killed", 100, 106, excuses=True), Fault("mail server down", 90, 200)],
    )


@pytest.fixture
def facts():
    return Facts(
        authenticators=[Stored("a1", AMA, "app", 1, ("m1",)), Stored("a2", NOOR, "key", 1, ("m2",))],
        sign_ins=[CAME_IN],
        let_in={"a1": 1},
        notices={"m1": "sent", "m2": "sent"},
        copies=Counter(m1=1, m2=2, m4=1, m5=2),
        moved=[Moved(AMA, "start", "m4", "sent"), Moved(AMA, "28", "m5", "sent")],
        of_moves={"m4", "m5"},
        codes=[("m3", 100.0, 139.0)],
        undone={"mails still queued": 0},
    )


def test_where_all_is_true_there_is_no_breach(ledger, facts):
    assert verdict.judge(ledger, facts) == []


LIES = {
    "was told that a1 was added and has no such": lambda ledger, facts: facts.authenticators.pop(0),
    "was told that a9": lambda ledger, facts: ledger.told.append(Told(1, NOOR, "key", "a9")),
    "was told that a2": lambda ledger, facts: ledger.told.append(Told(1, AMA, "key", "a2")),
    "added one app and has 2": lambda ledger, facts: facts.authenticators.append(Stored("a4", AMA, "app")),
    "has a key without having proved it": lambda ledger, facts: ledger.proofs.pop(),
    "tells of authenticator a5": lambda ledger, facts: facts.without.append("a5"),
    "a1 has 0 events": lambda ledger, facts: facts.authenticators.__setitem__(0, _with(facts, events=0)),
    "a1 has 2 events": lambda ledger, facts: facts.authenticators.__setitem__(0, _with(facts, events=2)),
    "a1 has 0 notices": lambda ledger, facts: facts.authenticators.__setitem__(0, _with(facts, notices=())),
    "a1 has 2 notices": lambda ledger, facts: facts.authenticators.__setitem__(0, _with(facts, notices=("m1", "m2"))),
    "notice m1 (sent) came 0 times": lambda ledger, facts: facts.copies.update({"m1": -1}),
    "notice m1 (sent) came 3 times": lambda ledger, facts: facts.copies.update({"m1": 2}),
    "notice m1 (failed) came 0 times": lambda ledger, facts: (
        facts.notices.update(m1="failed"),
        facts.copies.update({"m1": -1}),
    ),
    f"{AMA} was told of 28 0 times": lambda ledger, facts: facts.moved.pop(),
    f"{AMA} was told of start 2 times": lambda ledger, facts: facts.moved.append(facts.moved[0]),
    f"{NOOR} was told of start 0 times": lambda ledger, facts: facts.moved.append(Moved(NOOR, "", "", "")),
    "was killed amid it": lambda ledger, facts: setattr(ledger, "killed_telling", 0),
    f"{AMA} was told of 28, which was not due": lambda ledger, facts: ledger.reminded.pop(),
    "mail m5 (sent) of the move came 3 times": lambda ledger, facts: facts.copies.update({"m5": 1}),
    "mail m6 of the move tells of nothing": lambda ledger, facts: facts.of_moves.add("m6"),
    f"{AMA} was told that they are signed in": lambda ledger, facts: facts.sign_ins.__setitem__(
        0, replace(CAME_IN, token="another")
    ),
    f"{NOOR} was told that they are signed in": lambda ledger, facts: ledger.signed_in.append(
        SignedIn(1, NOOR, "key", "a token")
    ),
    "signed in 1 times and proved it 0 times": lambda ledger, facts: ledger.tries.pop(),
    "visit v1 let somebody in 2 times": lambda ledger, facts: facts.sign_ins.append(CAME_IN),
    "a1 has 1 sign-ins and 2 events": lambda ledger, facts: facts.let_in.update(a1=2),
    "a9 has 0 sign-ins and 1 events": lambda ledger, facts: facts.let_in.update(a9=1),
    "of 1 people who came back 0 signed in": lambda ledger, facts: ledger.returned.__setitem__(
        0, End(1, AMA, "gave up")
    ),
    "mail m9 came": lambda ledger, facts: facts.unknown.add("m9"),
    "GET / had 500": lambda ledger, facts: ledger.answers.append(Answer(122, AMA, "GET /", 500)),
    "GET / had no answer": lambda ledger, facts: ledger.answers.append(Answer(99, AMA, "GET /", NO_ANSWER)),
    "code m3 was sent 41 seconds": lambda ledger, facts: facts.codes.append(("m3", 100.0, 141.0)),
    "1 mails still queued": lambda ledger, facts: facts.undone.update({"mails still queued": 1}),
    "2 people with a right to it 1 added": lambda ledger, facts: ledger.ends.__setitem__(0, End(1, AMA, "gave up")),
}


def _with(facts, **changed):
    return replace(facts.authenticators[0], **changed)


@pytest.mark.parametrize("breach", LIES)
def test_a_lie_is_a_breach(breach, ledger, facts):
    LIES[breach](ledger, facts)
    assert any(breach in found for found in verdict.judge(ledger, facts))


def test_a_notice_that_the_server_refused_for_good_is_no_breach(ledger, facts):
    facts.notices["m1"], facts.copies["m1"] = "failed", 0
    facts.refused.add(AMA)
    assert verdict.judge(ledger, facts) == []


def test_a_mail_of_which_the_line_was_cut_may_come_once_more_and_not_twice(ledger, facts):
    facts.cut.add("m5")
    facts.copies["m5"] = 3
    assert verdict.judge(ledger, facts) == []
    facts.copies["m5"] = 4
    assert len(verdict.judge(ledger, facts)) == 1


def test_a_run_in_which_nobody_came_is_a_breach(facts):
    assert any(found.startswith("of 0 people with a right to it") for found in verdict.judge(Ledger(), facts))
