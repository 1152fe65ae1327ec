"""The trail is sealed each minute, by a worker that has the keys and a role that may.

By the worker itself and not by its queue: the web writes the queue's rows, and one of them could stop a job for good.
"""

from typing import Final

import structlog
from django.conf import settings
from django.db import Error
from procrastinate.contrib.django import app

from careid.trail.seals import sealing

EVERY: Final = 60  # seconds
log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def seal_what_is_settled() -> None:
    """Seal, or say why not: what the database refuses is tried again the next time."""
    try:
        if not settings.SEAL_KEYS:
            log.error("the trail is not sealed: this worker has no CAREID_SEAL_KEYS")
        elif not sealing.is_allowed():
            log.error("the trail is not sealed: this worker's role may add no seals; it needs one of its own")
        else:
            sealing.seal()
    except Error as error:  # InterfaceError is no DatabaseError to Django
        log.error("the trail is not sealed: the database failed it", failure=type(error).__name__)  # noqa: TRY400  its words stay out


@app.task(name="careid.seal", queueing_lock="careid.seal", lock="careid.seal")
def seal(timestamp: int) -> None:
    """What the release before queued each minute."""
    seal_what_is_settled()
