"""Attempts are forgotten a day after they started, with their codes and what they held."""

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from enrolment.models import Attempt


@app.periodic(cron="*/10 * * * *")
@app.task(name="enrolment.purge", queueing_lock="enrolment.purge")
def purge(timestamp: int) -> None:
    Attempt.objects.filter(started_at__lt=timezone.now() - settings.KEEP_ATTEMPTS).delete()
