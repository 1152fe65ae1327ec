"""What the tables and the mail server hold when all is over."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from tests.faults.post import CODE

# An authenticator, whose it is, its events, its notices' ids and how they ended.
AUTHENTICATORS = """
    SELECT a.id::text, p.email, a.kind,
           (SELECT count(*) FROM careid_event e WHERE e.authenticator_id = a.id AND e.name = 'authenticator.added'),
           ARRAY(SELECT m.id::text FROM careid_mail m JOIN careid_event e ON e.reference = m.reference
                 WHERE e.authenticator_id = a.id AND e.name = 'authenticator.added'
                 AND m.template = 'authenticator_added' AND m.profile_id = a.profile_id)
    FROM authenticators_authenticator a JOIN careid_profile p ON p.id = a.profile_id"""
# Who was told so by the trail and by the attempt, with no authenticator behind it.
WITHOUT = """
    SELECT e.authenticator_id::text FROM careid_event e WHERE e.name = 'authenticator.added'
    AND NOT EXISTS (SELECT 1 FROM authenticators_authenticator a WHERE a.id = e.authenticator_id)
    UNION SELECT t.authenticator_id::text FROM enrolment_attempt t WHERE t.authenticator_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM authenticators_authenticator a WHERE a.id = t.authenticator_id)"""
# A sign-in, whose it is and with what, its visit, and the hash of its session's token.
SIGN_INS = """
    SELECT i.authenticator_id::text, p.email, a.kind, i.visit_id::text, encode(s.token_hash, 'hex')
    FROM sign_in_signin i JOIN sign_in_session s ON s.id = i.session_id JOIN careid_profile p ON p.id = i.profile_id
    JOIN authenticators_authenticator a ON a.id = i.authenticator_id"""
LET_IN = """
    SELECT authenticator_id::text, count(*) FROM careid_event WHERE name = 'sign_in.succeeded' GROUP BY 1"""
# Somebody in a move, what they were told, by which mail, and how that ended.
MOVED = """
    SELECT p.email, coalesce(g.what, ''), coalesce(m.id::text, ''), coalesce(m.state, '')
    FROM moves_person p LEFT JOIN moves_mailing g ON g.person_id = p.id LEFT JOIN careid_mail m ON m.id = g.mail_id"""
OF_MOVES = "SELECT id::text FROM careid_mail WHERE starts_with(about, 'move:')"
NOTICES = "SELECT id::text, state FROM careid_mail WHERE template = 'authenticator_added'"
# When a mail was queued, by the database's own clock, whatever that of the web said.
QUEUED = """
    SELECT j.args->>'mail_id', extract(epoch FROM min(e.at))::float8
    FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id
    WHERE j.task_name = 'careid.deliver' AND e.type = 'deferred' GROUP BY 1"""
UNDONE = """
    SELECT 'mails still queued', count(*) FROM careid_mail WHERE state = 'queued'
    UNION ALL SELECT 'deliveries still marked as being done', count(*) FROM procrastinate_jobs
    WHERE task_name = 'careid.deliver' AND status = 'doing'"""


@dataclass(frozen=True)
class Stored:
    """An authenticator as the tables have it."""

    id: str
    person: str
    kind: str
    events: int = 1
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class CameIn:
    """A sign-in as the tables have it. `token` is the hash of that of its session, in hex."""

    authenticator: str
    person: str
    kind: str
    visit: str
    token: str


@dataclass(frozen=True)
class Moved:
    """What somebody in a move was told, as the tables have it; `what` is empty for who was told nothing."""

    person: str
    what: str
    mail: str
    state: str


@dataclass
class Facts:
    authenticators: list[Stored] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    sign_ins: list[CameIn] = field(default_factory=list)
    let_in: dict[str, int] = field(default_factory=dict)  # events of it by the authenticator's id
    notices: dict[str, str] = field(default_factory=dict)  # state by the mail's id
    copies: Counter[str] = field(default_factory=Counter)  # that the mail server kept, by the mail's id
    refused: set[str] = field(default_factory=set)  # addresses that it refused for good
    cut: set[str] = field(default_factory=set)  # mails of whose first copy the line was cut, once it was kept
    unknown: set[str] = field(default_factory=set)  # mails that came, of which the tables know nothing
    codes: list[tuple[str, float, float]] = field(default_factory=list)  # mail's id, when queued, when it came
    moved: list[Moved] = field(default_factory=list)
    of_moves: set[str] = field(default_factory=set)  # every mail of a move, by its id
    undone: dict[str, int] = field(default_factory=dict)
    code_life: timedelta = timedelta(seconds=40)


def _key(message_id):
    return message_id.strip("<>").partition("@")[0]


def read(town, *, code_life):
    """Everything that the verdict needs."""
    queued = dict(town.query(QUEUED))
    came = [(_key(delivery.message_id), delivery) for delivery in town.post.deliveries]
    return Facts(
        authenticators=[Stored(*row[:4], tuple(row[4])) for row in town.query(AUTHENTICATORS)],
        without=[one for (one,) in town.query(WITHOUT)],
        sign_ins=[CameIn(*row) for row in town.query(SIGN_INS)],
        let_in=dict(town.query(LET_IN)),
        notices=dict(town.query(NOTICES)),
        copies=Counter(mail for mail, _ in came),
        refused=set(town.post.refused),
        cut={_key(one) for one in town.post.cut_off},
        unknown={mail for mail, _ in came} - queued.keys(),
        codes=[(mail, queued[mail], one.at) for mail, one in came if CODE in one.subject and mail in queued],
        moved=[Moved(*row) for row in town.query(MOVED)],
        of_moves={mail for (mail,) in town.query(OF_MOVES)},
        undone=dict(town.query(UNDONE)),
        code_life=code_life,
    )
