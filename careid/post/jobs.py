"""Background work of the rooms: mail delivered, jobs of a killed worker picked up, rows past their time purged."""

from datetime import UTC, datetime
from typing import Final

import structlog
from captcha.models import CaptchaStore
from django.conf import settings
from django.utils import timezone
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from careid.limits.models import LimitCount
from careid.people.replaced import TOLD_FOR, Replaced
from careid.people.uploads import Upload, UploadLine
from careid.post import delivering, outbox
from careid.post.models import Mail
from careid.storing import database, purging

AT_ONCE: Final = datetime.fromtimestamp(0, UTC)  # whatever the clock of this machine says
log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class AsItAsks(BaseRetryStrategy):
    """A delivery says itself when it wants to come back; a job that crashed comes back in half a minute."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        if isinstance(exception, delivering.TryLater):
            return RetryDecision(retry_at=exception.at)
        log.error(
            "a job failed and is tried again",
            job_id=job.id,
            task=job.task_name,
            failure=type(exception).__name__,
            exc_info=exception,
        )
        return RetryDecision(retry_in={"seconds": 30})


@app.task(name=outbox.DELIVER, retry=AsItAsks())
def deliver(*, mail_id: str) -> None:
    delivering.deliver(mail_id)


@app.periodic(cron="* * * * * */10")
@app.task(name="careid.pick_up", pass_context=True, queueing_lock="careid.pick_up")
async def pick_up(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that died, which is missed after 30 seconds, to one that lives."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job, retry_at=AT_ONCE)
    await manager.delete_old_jobs(nb_hours=1)  # it reads all that are kept, and a few regular ones make many


@app.periodic(cron="*/10 * * * *")
@app.task(name="careid.purge", queueing_lock="careid.purge")
def purge(timestamp: int) -> None:
    """Delete counters, settled mails, the desk's files, replaced addresses and pictures that are past their time."""
    now = timezone.now()
    purging.purge(LimitCount.objects.filter(until__lt=now - settings.KEEP_COUNTERS))
    purging.purge(Mail.objects.exclude(state=Mail.State.QUEUED).filter(queued_at__lt=now - settings.KEEP_MAILS))
    files = Upload.objects.filter(at__lt=now - settings.KEEP_UPLOADS)
    purging.purge(UploadLine.objects.filter(upload__in=files))
    purging.purge(files)
    purging.purge(Replaced.objects.filter(replaced_at__lt=now - TOLD_FOR))
    with database.patiently():
        CaptchaStore.remove_expired()
