"""Sessions by which nobody is here any more are ended within seconds; what is past its time is forgotten."""

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from procrastinate.contrib.django import app

from careid.storing import database, purging
from sign_in import sweeping
from sign_in.models import KnownBrowser, Session, SignIn, Visit


@app.periodic(cron="* * * * * */4")
@app.task(name="sign_in.end_dead", queueing_lock="sign_in.end_dead")
def end_dead(timestamp: int) -> None:
    sweeping.sweep()
    sweeping.forget_browsers()


@app.periodic(cron="*/10 * * * *")
@app.task(name="sign_in.purge", queueing_lock="sign_in.purge")
def purge(timestamp: int) -> None:
    """Delete tries to sign in, sessions, sign-ins, and browsers that nobody signed in with for so long.

    First the sessions are ended that the job above missed, since it did not run for a while.
    """
    sweeping.sweep(thoroughly=True)
    now = timezone.now()
    with database.patiently():  # what waited in a try that is over: a password that was typed, codes
        Visit.objects.filter(started_at__lt=now - settings.FORGOTTEN_LIFE, pending__isnull=False).update(pending=None)
    purging.purge(Visit.objects.filter(started_at__lt=now - settings.KEEP_VISITS))
    purging.purge(Session.objects.filter(newest__at__lt=now - settings.KEEP_SESSIONS, ended_at__isnull=False))
    newest = Session.objects.filter(newest=OuterRef("pk"))
    purging.purge(SignIn.objects.filter(~Exists(newest), at__lt=now - settings.KEEP_SIGN_INS))
    purging.purge(KnownBrowser.objects.filter(last_at__lt=now - settings.BROWSER_KNOWN))
