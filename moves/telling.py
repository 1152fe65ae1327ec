"""What every email of a move hangs on: the move's row, under whose lock they are queued, dropped and taken back."""

from typing import Final

from django.db.models import Exists, OuterRef
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from careid.post import outbox
from careid.post.models import Mail
from moves.models import Mailing, Move, Person

TELL: Final = "moves.tell"  # the job, by its name: `moves.jobs` has it
START: Final = "start"


def locked(pk: int) -> Move:
    """A move, its row locked until the transaction ends: what queues its emails and what stops them take turns."""
    return Move.objects.select_for_update(of=("self",), no_key=True).select_related("service").get(pk=pk)


def about(move: Move) -> str:
    """What its emails are known by in the outbox."""
    return f"move:{move.pk}"


def defer(move: Move) -> None:
    """Have a worker tell its people what is due, once this transaction is over."""
    app.configure_task(TELL).defer(move_id=move.pk)


def take_back(move: Move) -> int:
    """Forget that people were told what was dropped before it went out, so that they are told. Returns how many.

    What is being handed to the mail server in this moment counts as told: it may not be held up any more.
    """
    doing = ProcrastinateJob.objects.filter(status="doing", task_name=outbox.DELIVER)
    now = [one for one in doing.values_list("args__mail_id", flat=True) if one]
    lost = Mailing.objects.filter(person__move=move, mail__state=Mail.State.DROPPED).exclude(mail__in=now)
    count, _ = lost.delete()
    if count:
        told = Mailing.objects.filter(person=OuterRef("pk"), what=START)
        Person.objects.filter(~Exists(told), move=move, mailed_on__isnull=False).update(mailed_on=None)
    return count
