"""A service's move, half way, when the demo starts: its people come from a file, and have come as far as they have."""

import io
from contextlib import suppress
from datetime import timedelta
from typing import Final, NamedTuple

from django.contrib.auth.models import User
from django.utils import timezone

from careid.people.services import Service
from careid.people.uploads import Upload
from careid.post import delivering
from careid.trail import actors
from demo import admins, applicants, people
from moves import answering, calling, joining, loading, making, rounds
from moves.models import Move, Person

SLUG: Final = "mesh"
BEFORE, AFTER = timedelta(days=30), timedelta(days=26)  # half of its time is over
WORDS: Final = {
    "title": "Signing in to MESH",
    "what_changes": "From now on you sign in to MESH with an authenticator of Care Identity. The codes by text "
    "message end.",
    "who_is_affected": "Everybody who signs in to MESH with a password and a code, or with a smartcard. If you use a "
    "smartcard, you can keep it. Please tell us that you do.",
    "whom_to_ask": "The MESH team (made up): 01632 960140, or mesh@careid.example.org",
}
TWO_FACTOR, SMARTCARD = Person.Way.TWO_FACTOR.value, Person.Way.SMARTCARD.value
Answer = Person.Answer


class Mover(NamedTuple):
    """Somebody in it, and what they answered. `when` is when a call suits; `called`, whether they were called."""

    name: str
    way: str = TWO_FACTOR
    answer: str = ""
    when: str = ""
    called: bool = False
    organisation: str = admins.RA_ORGANISATION

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@{people.DOMAINS[self.organisation]}"


def _of(person: people.Person) -> Mover:
    return Mover(person.name, organisation=person.organisation)


MORE: Final = [person.name for person in people.MORE]
MOVERS: Final = (
    _of(people.TO_TRY[0]),  # has a profile, and nothing to sign in with yet
    *map(_of, people.TO_SIGN_IN),  # ready, on hold, suspended, reported, ready
    Mover(MORE[0]),  # ready
    Mover(MORE[1], SMARTCARD, Answer.KEEP_SMARTCARD),
    Mover(MORE[2], SMARTCARD),
    Mover(MORE[3], answer=Answer.WANTS_CALL, when="Mornings, before 11am"),
    Mover(MORE[4], answer=Answer.WANTS_CALL, when="Friday", called=True),
    Mover(MORE[5], answer=Answer.NO_MFA),
    Mover(MORE[6], answer=Answer.NO_LONGER_MFA),
    Mover(MORE[7], answer=Answer.NO_LONGER_ACCESS),
    Mover(MORE[8], answer=Answer.NO_PHONE),
    Mover("Noor Siddiqui", answer=Answer.NO_INVITATION),  # is not on file
    Mover("Oscar Lane"),
    Mover(applicants.APPLICANTS[4].name),  # has applied, and waits
)


def seed() -> None:
    """Make the move with its people, and start it, where it is not there yet."""
    if Move.objects.filter(slug=SLUG).exists():
        return
    operator = actors.admin(User.objects.get(username=admins.ADMIN).pk)
    today = timezone.localdate()
    service = Service.objects.get(name=admins.OWNED)
    move = making.make(
        move=Move(service=service, slug=SLUG, starts_on=today - BEFORE, ends_on=today + AFTER, **WORDS), by=operator
    )
    _load(move, operator)
    making.start(move=move, by=operator)
    rounds.tell(move)
    for mover in MOVERS:
        _answer(move, mover)
    began = timezone.now() - BEFORE
    Move.objects.filter(pk=move.pk).update(made_at=began, started_at=began)
    Person.objects.filter(move=move).update(mailed_on=began.date())


def _load(move: Move, by: str) -> None:
    rows = [",".join((*one.name.split(), one.email, one.organisation, one.way)) for one in MOVERS]
    file = "\n".join(["given_name,family_name,email,organisation,way", *rows, ""])
    upload = loading.judge(file=io.BytesIO(file.encode()), move=move, by=by)
    loading.take(upload=upload, wanted=Upload.Wanted.ALL, by=by)
    joining.join(upload)


def _answer(move: Move, mover: Mover) -> None:
    if not mover.answer:
        return
    person = Person.objects.get(move=move, email=mover.email)
    with suppress(delivering.TryLater):  # whoever answers has had their email: an answer may end those that wait
        delivering.deliver(str(person.mailings.get().mail_id))
    answering.answer(person=person, answer=mover.answer, when=mover.when)
    if mover.called:
        calling.done(person=person, by=actors.admin(User.objects.get(username=admins.RA).pk))
