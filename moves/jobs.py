"""Moves go on by themselves: people are told, reminded and loaded, a move whose day is over ends, old rows go."""

from typing import Final

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from careid.people.uploads import Upload
from careid.post.jobs import AsItAsks
from careid.storing import purging
from moves import joining, loading, rounds, telling
from moves.models import Move, Person

AGAIN: Final = AsItAsks()  # as long as it takes: each run goes on where the one before ended


@app.task(name=telling.TELL, retry=AGAIN)
def tell(*, move_id: int) -> None:
    for move in Move.objects.filter(pk=move_id):
        rounds.tell(move)


@app.task(name=loading.LOAD, retry=AGAIN)
def load(*, upload_id: str) -> None:
    for upload in Upload.objects.filter(pk=upload_id, purpose=Upload.Purpose.PEOPLE):
        joining.join(upload)


@app.periodic(cron="*/10 * * * *")
@app.task(name="moves.remind", queueing_lock="moves.remind")
def remind(timestamp: int) -> None:
    """Tell what is due, and what was left of it where a worker died."""
    rounds.remind()


@app.periodic(cron="*/10 * * * *")
@app.task(name="moves.purge", queueing_lock="moves.purge")
def purge(timestamp: int) -> None:
    """Delete the people of a move so long after its end, or after a draft's last day. The move itself stays."""
    past = timezone.now() - settings.KEEP_APPLYING
    never = Q(move__state=Move.State.DRAFT, move__ends_on__lt=timezone.localdate(past))
    purging.purge(Person.objects.filter(Q(move__ended_at__lt=past) | never))
