"""What goes on by itself: files that were taken, reminders, what runs out, and what is forgotten."""

from django.utils import timezone
from procrastinate.contrib.django import app

from apply import expiring, filing, forgetting, reminding
from careid.post.jobs import AsItAsks


@app.task(name=filing.SEND, retry=AsItAsks())
def send_file(*, upload_id: str) -> None:
    filing.send(upload_id)


@app.periodic(cron="7,27,47 * * * *")
@app.task(name="apply.remind", queueing_lock="apply.remind")
def remind(timestamp: int) -> None:
    reminding.remind()


@app.periodic(cron="*/10 * * * *")
@app.task(name="apply.expire", queueing_lock="apply.expire")
def expire(timestamp: int) -> None:
    expiring.expire()


@app.periodic(cron="*/10 * * * *")
@app.task(name="apply.purge", queueing_lock="apply.purge")
def purge(timestamp: int) -> None:
    """Take the words of what was decided away, and delete what is past its time."""
    now = timezone.now()
    forgetting.wipe(now)
    forgetting.purge(now)
