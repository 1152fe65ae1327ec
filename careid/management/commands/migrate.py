"""Django's `migrate`, whose statements may take as long as they need.

A wait for a lock is still given up after a second: a migration that queues for a table's holds up everybody behind it.
"""

from typing import Any

from django.core.management.commands import migrate

from careid import database


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with database.patiently(for_locks=False):
            super().handle(*args, **options)
