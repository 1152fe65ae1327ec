"""The trail is sealed each minute, by a worker that has the keys and a role that may."""

import structlog
from django.conf import settings
from procrastinate.contrib.django import app

from careid.trail.seals import sealing

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="careid.seal", queueing_lock="careid.seal", lock="careid.seal")
def seal(timestamp: int) -> None:
    """Seal what is settled of the trail."""
    if not settings.SEAL_KEYS:
        log.error("the trail is not sealed: this worker has no CAREID_SEAL_KEYS")
    elif not sealing.is_allowed():
        log.error("the trail is not sealed: this worker's role may add no seals; it needs one of its own")
    else:
        sealing.seal()
