"""Passkeys are tied to the host that they were made at: a change of host would strand them. And what a sign-in says."""

import re
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Critical
from django.db import DatabaseError, connections

from authenticators.models import Authenticator

AMR: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")  # one word, as the row of a sign-in keeps it


def unsayable(**_: Any) -> list[CheckMessage]:
    """Refuse an `amr` that no sign-in could be told with: a value of RFC 8176 is one word."""
    if AMR.fullmatch(settings.PASSKEY_AMR):
        return []
    words = "CAREID_PASSKEY_AMR: is not one word of up to 40 letters, digits, dots, dashes and underscores."
    return [Critical(words, id="careid.CAREID_PASSKEY_AMR")]


def stranded(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Refuse an origin at which live passkeys would no longer work, unless it is meant.

    A command that is given no origin (`migrate`, in a container of its own) has no host to compare; web and worker
    refuse to start without one.
    """
    if not databases or settings.ALLOW_RP_ID_CHANGE or not settings.ORIGIN:
        return []
    elsewhere = Authenticator.objects.live().filter(kind="passkey")
    try:
        if Authenticator._meta.db_table not in connections["default"].introspection.table_names():
            return []
        rp_id = elsewhere.exclude(details__rp_id=settings.RP_ID).values_list("details__rp_id", flat=True).first()
    except DatabaseError:
        return []  # a database that is away is somebody else's to report
    if rp_id is None:
        return []
    words = f"CAREID_ORIGIN: live passkeys belong to {rp_id} and would stop working at {settings.RP_ID}."
    hint = f"Go back to {rp_id}, or set CAREID_ALLOW_RP_ID_CHANGE=on to leave them behind."
    return [Critical(words, hint=hint, id="careid.CAREID_ORIGIN.stranded")]
