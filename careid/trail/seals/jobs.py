"""The trail is sealed each minute, by a worker that has the keys."""

import structlog
from django.conf import settings
from procrastinate.contrib.django import app

from careid.trail.seals import sealing

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="careid.seal", queueing_lock="careid.seal", lock="careid.seal")
def seal(timestamp: int) -> None:
    """Seal what is settled of the trail."""
    if settings.SEAL_KEYS:
        sealing.seal()
    else:
        log.error("the trail is not sealed: this worker has no CAREID_SEAL_KEYS")
