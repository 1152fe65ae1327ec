"""Attempts are forgotten a day after they started, with their codes and what they held; spent proofs with them."""

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from careid.storing import purging
from enrolment.models import Assisted, Attempt, SpentProof


@app.periodic(cron="*/10 * * * *")
@app.task(name="enrolment.purge", queueing_lock="enrolment.purge")
def purge(timestamp: int) -> None:
    before = timezone.now() - settings.KEEP_ATTEMPTS
    purging.purge(Assisted.objects.filter(created_at__lt=before))
    purging.purge(Attempt.objects.filter(started_at__lt=before))
    purging.purge(SpentProof.objects.filter(expires_at__lt=before))
