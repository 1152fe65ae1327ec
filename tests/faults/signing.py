"""What must hold of those who sign in: each breach as a sentence."""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from tests.faults.facts import Facts
from tests.faults.ledger import Ledger

MOST_OF_THEM = 0.9


def told(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """Whoever saw their account is signed in, as themselves, in that browser."""
    sessions = {one.token: one for one in facts.sign_ins}
    for one in ledger.signed_in:
        found = sessions.get(sha256(one.token.encode()).hexdigest())
        if found is None or (found.person, found.kind) != (one.person, one.kind):
            yield f"{one.person} was told that they are signed in, and is not"


def proved(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """Nobody is signed in without having proved it, nor more often than they did, and no visit lets in twice."""
    right = Counter((one.person, one.kind) for one in ledger.tries)
    for (person, kind), count in Counter((one.person, one.kind) for one in facts.sign_ins).items():
        if count > right[person, kind]:
            yield f"{person} signed in {count} times and proved it {right[person, kind]} times"
    for visit, count in Counter(one.visit for one in facts.sign_ins).items():
        if count > 1:
            yield f"visit {visit} let somebody in {count} times"


def events(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """Each sign-in has one event, and no event tells of one that is not there."""
    signed_in = Counter(one.authenticator for one in facts.sign_ins)
    for authenticator in {*signed_in, *facts.let_in}:
        count, noted = signed_in[authenticator], facts.let_in.get(authenticator, 0)
        if noted != count:
            yield f"authenticator {authenticator} has {count} sign-ins and {noted} events of them"


def finished(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """Else everything would hold where nobody gets in. What a wrong clock put on hold is nobody's to use yet."""
    ends = Counter(one.outcome for one in ledger.returned if one.outcome not in {"refused", "held"})
    if ends["signed in"] < MOST_OF_THEM * ends.total() or not ends["signed in"]:
        where = Counter(one.here for one in ledger.returned if one.outcome not in {"refused", "held", "signed in"})
        yield f"of {ends.total()} people who came back {ends['signed in']} signed in; others ended at {dict(where)}"


RULES = (told, proved, events, finished)
