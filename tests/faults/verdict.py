"""What must hold, whatever was killed: each breach as a sentence."""

from collections import Counter
from collections.abc import Iterator

from tests.faults import signing
from tests.faults.facts import Facts
from tests.faults.ledger import NO_ANSWER, Answer, Ledger

RECOVERY = 15  # seconds after a fault ended within which an error page is forgiven
MOST_OF_THEM = 0.9


def judge(ledger: Ledger, facts: Facts) -> list[str]:
    """Nothing where all holds."""
    rules = (told, proved, events, notices, reminders, *signing.RULES, late_answers, late_codes, undone, finished)
    return [breach for rule in rules for breach in rule(ledger, facts)]


def told(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """Whoever saw "added" has exactly one such authenticator."""
    stored = {one.id: one for one in facts.authenticators}
    has = Counter((one.person, one.kind) for one in facts.authenticators)
    for one in ledger.told:
        found = stored.get(one.authenticator)
        if found is None or (found.person, found.kind) != (one.person, one.kind):
            yield f"{one.person} was told that {one.authenticator} was added and has no such authenticator"
        elif has[one.person, one.kind] != 1:
            yield f"{one.person} added one {one.kind} and has {has[one.person, one.kind]}"


def proved(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """Nobody has one without having proved it, and nothing tells of one that is not there."""
    right = {(one.person, one.kind) for one in ledger.proofs}
    for one in facts.authenticators:
        if (one.person, one.kind) not in right:
            yield f"{one.person} has a {one.kind} without having proved it"
    for missing in facts.without:
        yield f"event or attempt tells of authenticator {missing}, which is not there"


def events(ledger: Ledger, facts: Facts) -> Iterator[str]:
    for one in facts.authenticators:
        if one.events != 1:
            yield f"authenticator {one.id} has {one.events} events"


def notices(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """One notice each, so one Message-ID; or the server refused that address for good."""
    for one in facts.authenticators:
        if len(one.notices) != 1:
            yield f"authenticator {one.id} has {len(one.notices)} notices"
            continue
        [mail] = one.notices
        refused = facts.notices[mail] == "failed" and one.person in facts.refused
        if not _as_often_as_it_may(mail, facts, refused=refused):
            yield f"notice {mail} ({facts.notices[mail]}) came {facts.copies[mail]} times"
    for mail in facts.unknown:
        yield f"mail {mail} came, and was never queued"


def _as_often_as_it_may(mail: str, facts: Facts, *, refused: bool) -> bool:
    """Once, or twice where what sent it was killed before it noted that; not at all where it is refused.

    Once more where the line was cut in place of an answer: then nobody can know that it came.
    """
    least, most = (0, 0) if refused else (1, 2)
    return least <= facts.copies[mail] <= most + (mail in facts.cut)


def reminders(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """Each step of the move was told to everybody in it once, by a mail of its own."""
    times = Counter((one.person, one.what) for one in facts.moved)
    for person in sorted({one.person for one in facts.moved}):
        for what in ledger.reminded:
            if times[person, what] != 1:
                yield f"{person} was told of {what} {times[person, what]} times"
    for one in facts.moved:
        if one.what and one.what not in ledger.reminded:
            yield f"{one.person} was told of {one.what}, which was not due"
        refused = one.state == "failed" and one.person in facts.refused
        if one.what and not _as_often_as_it_may(one.mail, facts, refused=refused):
            yield f"mail {one.mail} ({one.state}) of the move came {facts.copies[one.mail]} times"
    for mail in facts.of_moves - {one.mail for one in facts.moved}:
        yield f"mail {mail} of the move tells of nothing that somebody was told"
    if len(ledger.reminded) > 1 and not ledger.killed_telling:
        yield "nobody who told people of the move was killed amid it"


def late_answers(ledger: Ledger, facts: Facts) -> Iterator[str]:
    for one in ledger.answers:
        if late(ledger, one):
            said = "no answer" if one.status == NO_ANSWER else str(one.status)
            yield f"{one.request} had {said} with nothing broken for {RECOVERY} seconds, at {one.at:.1f}"


def late(ledger: Ledger, answer: Answer) -> bool:
    """An error of ours for which no fault is an excuse any longer."""
    if answer.status not in {NO_ANSWER, *range(500, 600)}:
        return False
    excuses = (fault for fault in ledger.faults if fault.excuses)
    return not any(fault.began <= answer.at <= fault.ended + RECOVERY for fault in excuses)


def late_codes(ledger: Ledger, facts: Facts) -> Iterator[str]:
    life = facts.code_life.total_seconds()
    for mail, queued, came in facts.codes:
        if came - queued > life:
            yield f"code {mail} was sent {came - queued:.0f} seconds after it was queued; it lives {life:.0f}"


def finished(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """Else everything would hold where nothing works."""
    ends = Counter(one.outcome for one in ledger.ends if one.outcome != "refused")
    if ends["added"] < MOST_OF_THEM * ends.total() or not ends["added"]:
        where = Counter(one.here for one in ledger.ends if one.outcome not in {"refused", "added"})
        yield f"of {ends.total()} people with a right to it {ends['added']} added one; others ended at {dict(where)}"


def undone(ledger: Ledger, facts: Facts) -> Iterator[str]:
    for what, count in facts.undone.items():
        if count:
            yield f"{count} {what}"
