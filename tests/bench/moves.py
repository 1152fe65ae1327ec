"""A move of 20,000 people: their file, and each round of emails, as the desk and the worker do it."""

import io
import time
from collections import namedtuple
from datetime import UTC, datetime, timedelta

ON_FILE, ALL = 10_000, 20_000  # the first are of `people.crowd`
TEN_O_CLOCK = datetime(2027, 3, 1, 10, tzinfo=UTC)
Taken = namedtuple("Taken", "judged joined started reminded again mails minutes")


def measure():
    """Seconds of each part, how many reminders were queued, and over how many minutes they go."""
    import time_machine

    from moves import joining, loading, rounds

    with time_machine.travel(TEN_O_CLOCK, tick=True):
        move = made()
        upload, judged = timed(lambda: loading.judge(file=file(), move=move, by="system"))
        loading.take(upload=upload, wanted="all", by="system")
        _, joined = timed(lambda: joining.join(upload))
        started = begun(move)
    with time_machine.travel(TEN_O_CLOCK + timedelta(days=7), tick=True):
        sent_away()
        told, reminded = timed(lambda: rounds.tell(move))
        _, again = timed(lambda: rounds.tell(move))
        assert dict(told) == {"28": ALL}, told
        return Taken(judged, joined, started, reminded, again, *queued())


def made():
    """A move of which 28 days are left a week from that morning."""
    from careid.people.services import Service
    from moves import making
    from moves.models import Move

    day, words = TEN_O_CLOCK.date(), "Words about it. " * 20
    return making.make(
        move=Move(
            service=Service.objects.first(),
            slug="a-move",
            title="Signing in to a service",
            what_changes=words,
            who_is_affected=words,
            whom_to_ask=words,
            starts_on=day,
            ends_on=day + timedelta(days=35),
        ),
        by="system",
    )


def file():
    lines = (f"{address(n)},Ama,Sample,RX1,two_factor" for n in range(1, ALL + 1))
    return io.BytesIO("\n".join(["email,given_name,family_name,organisation,way", *lines, ""]).encode())


def address(n):
    return f"person{n}@crowd.example.nhs.uk" if n <= ON_FILE else f"coming{n}@elsewhere.example.nhs.uk"


def begun(move):
    """Seconds of the first round: whoever is not on file is invited, and everybody told."""
    from moves import making, rounds

    making.start(move=move, by="system")
    told, seconds = timed(lambda: rounds.tell(move))
    assert dict(told) == {"start": ALL}, told
    return seconds


def sent_away():
    """The emails of the first round are gone, so that those of the next stand behind none."""
    from careid.post.models import Mail
    from careid.storing import database

    with database.patiently():
        Mail.objects.filter(state="queued").update(state="sent", content=None)


def queued():
    from django.db.models import Count, Max, Min

    from careid.post.models import Mail

    found = Mail.objects.filter(state="queued").aggregate(Count("pk"), Min("queued_at"), Max("queued_at"))
    return found["pk__count"], (found["queued_at__max"] - found["queued_at__min"]) / timedelta(minutes=1)


def timed(do):
    begun = time.perf_counter()
    return do(), time.perf_counter() - begun
