"""Is it fit to run? One finding a check, each asked of the real thing, for `manage.py doctor`."""

from collections.abc import Iterator
from typing import Final

from django.utils.module_loading import import_string

from authenticators.registry import KINDS
from careid.finding import Check, Finding
from operating.doctor import database, local, mail_server, proxy, work
from operating.doctor.asking import bounded
from provider import findings as services

LOCAL: Final = (
    Check("Settings", local.settings_fit),
    Check("Keys", local.keys),
    Check("Address", local.address),
    Check("Picture test", local.picture),
    Check("Signing keys", services.signing_keys),
)
DATABASE: Final = Check("Database", database.answers)
STORED: Final = (
    Check("Migrations", database.migrations),
    Check("Clock", database.clock),
    Check("Keys on file", database.keys_on_file),
    Check("Worker", work.worker),
    Check("Jobs", work.overdue),
    Check("Mail waiting", work.unsent),
    Check("Sessions", work.sessions),
    Check("Sign-ins", work.sign_ins),
    Check("Logouts", services.logouts),
    Check("Clients' keys", services.client_keys),
    Check("Trail sealed", work.sealed),
)
FAR: Final = (Check("Proxy", proxy.drops_underscores), Check("Mail server", mail_server.takes_mail, seconds=30))


def findings() -> Iterator[Finding]:
    """One after the other. What needs a database that is away is said to be unknown, and the rest is looked at."""
    yield from map(bounded, LOCAL)
    found = bounded(DATABASE)
    yield found
    away = found.away
    for check in STORED:
        found = Finding(check.what, "not known while the database is away", None) if away else bounded(check)
        away |= found.away
        yield found
    yield from map(bounded, (*FAR, *of_kinds()))


def of_kinds() -> Iterator[Check]:
    """What the kinds want looked at."""
    return (check for kind in KINDS.values() if kind.findings for check in import_string(kind.findings))
