"""What the door leaves behind is cleared away: sessions that ended and invitations that nobody can use."""

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from procrastinate.contrib.django import app

from desk.door import invitations


@app.periodic(cron="*/10 * * * *")
@app.task(name="careid.purge_door", queueing_lock="careid.purge_door")
def purge_door(timestamp: int) -> None:
    SessionStore.clear_expired()
    invitations.purge(timezone.now())
