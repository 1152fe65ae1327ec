"""Who did it, as the trail writes it: `person`, `system`, `admin:7`, `command:audit` or `command:revoke jo.smith`."""

from typing import Final

PERSON: Final = "person"
SYSTEM: Final = "system"
ADMIN: Final = "admin:"  # and the account's key


def admin(pk: object) -> str:
    """An account of the desk."""
    return f"{ADMIN}{pk}"


def admin_key(actor: str) -> int | None:
    """The key of the account that did it; None where no account did."""
    return int(actor.removeprefix(ADMIN)) if actor.startswith(ADMIN) else None


def command(name: str, by: str = "") -> str:
    """A command, and who ran it where the command asks."""
    return f"command:{name} {by}".rstrip()
