"""Who did it, as the trail writes it: `person`, `system`, `admin:7`, `command:audit` or `command:revoke jo.smith`."""

import re
from typing import Final

PERSON: Final = "person"
SYSTEM: Final = "system"
ADMIN: Final = "admin:"  # and the account's key
# What an account is written as. Whoever may write events could write anything after the colon.
OF_ADMIN: Final = f"^{ADMIN}[0-9]{{1,18}}$"


def admin(pk: object) -> str:
    """An account of the desk."""
    return f"{ADMIN}{pk}"


def admin_key(actor: str) -> int | None:
    """The key of the account that did it; None where no account did."""
    return int(actor.removeprefix(ADMIN)) if re.fullmatch(OF_ADMIN, actor) else None


def command(name: str, by: str = "") -> str:
    """A command, and who ran it where the command asks."""
    return f"command:{name} {by}".rstrip()
