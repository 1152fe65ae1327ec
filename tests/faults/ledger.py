"""What each person did and was told, and when: by one clock, that of this machine."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

NO_ANSWER = 0


@dataclass(frozen=True)
class Answer:
    """What the web said to one request: a status, or NO_ANSWER where the line broke."""

    at: float
    person: str
    request: str
    status: int


@dataclass(frozen=True)
class Proof:
    """Before it is posted: the right last word of a ceremony, which alone may add something."""

    at: float
    person: str
    kind: str


@dataclass(frozen=True)
class Told:
    """A page said that this authenticator was added."""

    at: float
    person: str
    kind: str
    authenticator: str


@dataclass(frozen=True)
class SignedIn:
    """The page of one's own account came, in the browser whose session has this token."""

    at: float
    person: str
    kind: str
    token: str


@dataclass(frozen=True)
class End:
    """How a visit ended: `added`, `signed in`, `held` (it may not sign in yet), `locked`, `gave up`; `refused` for those
    who had no right to it."""

    at: float
    person: str
    outcome: str
    here: str = ""  # the last page that they had


@dataclass
class Fault:
    """Something of ours was broken from `began` to `ended`. One that `excuses` may cost answers meanwhile."""

    name: str
    began: float
    ended: float = float("inf")
    excuses: bool = False


@dataclass
class Ledger:
    """Lists that threads append to."""

    answers: list[Answer] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    tries: list[Proof] = field(default_factory=list)  # before they are posted: the right proofs that alone may let in
    signed_in: list[SignedIn] = field(default_factory=list)
    returned: list[End] = field(default_factory=list)  # of those who came back to sign in
    ends: list[End] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    reminded: list[str] = field(default_factory=list)  # what everybody in the move was told of
    killed_telling: int = 0  # how often, while some were told of it and others not yet

    @contextmanager
    def fault(self, name: str, *, excuses: bool = False) -> Iterator[None]:
        one = Fault(name, time.time(), excuses=excuses)
        self.faults.append(one)
        yield
        one.ended = time.time()
