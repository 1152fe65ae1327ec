"""Clients hear within seconds that it is over; what is past its time is forgotten."""

import structlog
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from careid.storing import purging
from provider import logouts, telling
from provider.models import Assertion, ChosenRole, Code, Logout, Request, Token
from sign_in.models import Session

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class AsItAsks(BaseRetryStrategy):
    """A telling says itself when it wants to come back, behind those that were not tried yet."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        if isinstance(exception, telling.TryLater):
            return RetryDecision(retry_at=exception.at, priority=logouts.AGAIN)
        failure = type(exception).__name__
        log.error("a logout failed and is tried again", job_id=job.id, failure=failure, exc_info=exception)
        return RetryDecision(retry_in={"seconds": 30}, priority=logouts.AGAIN)


@app.periodic(cron="* * * * * */3")
@app.task(name="provider.tell_due", queueing_lock="provider.tell_due")
def tell_due(timestamp: int) -> None:
    logouts.mark_due()


@app.task(name=logouts.TELL, retry=AsItAsks())
def tell(*, logout_id: str) -> None:
    telling.tell(logout_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="provider.purge", queueing_lock="provider.purge")
def purge(timestamp: int) -> None:
    """Delete requests, codes, tokens and what is kept against replays, once each is past its time, and old logouts.

    First what is over is looked for that the job above missed, since it did not run for a while.
    """
    logouts.mark_due(thoroughly=True)
    now = timezone.now()
    purging.purge(Request.objects.filter(at__lt=now - settings.KEEP_VISITS))
    # A code that is used again ends the token that came of it: it is kept for as long as that one.
    purging.purge(Code.objects.filter(expires_at__lt=now - settings.ACCESS_TOKEN_LIFE))
    purging.purge(Token.objects.filter(expires_at__lt=now))
    purging.purge(Assertion.objects.filter(expires_at__lt=now))
    session = Session.objects.filter(pk=OuterRef("session_id"))
    purging.purge(ChosenRole.objects.filter(~Exists(session), at__lt=now - settings.KEEP_SESSIONS))
    over = Logout.objects.exclude(state__in=(Logout.State.LISTENING, Logout.State.DUE))
    purging.purge(over.filter(made_at__lt=now - settings.KEEP_LOGOUTS))
