"""The database: there, up to date, in time with us, and under keys that we have."""

import time
from collections import Counter
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.utils import Error

from careid.finding import Amiss, Away
from careid.storing import crypto
from careid.storing.fields import EncryptedTextField, FingerprintField

OLDEST: Final = 15  # of Postgres
APART: Final = 2  # seconds between its clock and ours
LOOKED_AT: Final = 500  # rows of each kind: the newest and the oldest


def one_row(statement: str, values: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def answers() -> str:
    started = time.monotonic()
    try:
        version, replica, read_only = one_row(
            "SELECT current_setting('server_version_num')::int / 10000, pg_is_in_recovery(), "
            "current_setting('transaction_read_only')::bool"
        )
    except Error as error:
        words = f"it can not be reached or does not let us in ({type(error).__name__})"
        raise Away(words, do="see that Postgres runs, that its disk has room, and DATABASE_URL") from error
    if replica or read_only:
        raise Amiss("it can only be read", do="see that DATABASE_URL is the primary and that its disk has room")
    if version < OLDEST:
        raise Amiss(f"Postgres {version} is too old", do=f"use {OLDEST} or later")
    return f"Postgres {version}, asked and answered in {1000 * (time.monotonic() - started):.0f} ms"


def migrations() -> str:
    loader = MigrationLoader(connection)
    known, done = loader.graph.nodes, loader.applied_migrations
    if waiting := sorted(f"{app}.{name}" for app, name in known if (app, name) not in done):
        words = f"{len(waiting)} wait, first {waiting[0]}"
        raise Amiss(words, do="run manage.py migrate as the role that owns the tables")
    ours = {app.label for app in apps.get_app_configs()}
    if ahead := sorted(
        f"{app}.{name}" for app, name in done if app in ours and (app, name) not in loader.disk_migrations
    ):
        raise Amiss(
            f"the database is ahead of this code: {', '.join(ahead)}", do="run the release that it was made for"
        )
    return f"all {len(known)} are applied"


def clock() -> str:
    before = time.time()
    (theirs,) = one_row("SELECT extract(epoch FROM clock_timestamp())::float8")
    off = theirs - (before + time.time()) / 2
    if abs(off) > APART:
        words = f"the database's is {abs(off):.0f} seconds {'ahead of' if off > 0 else 'behind'} this machine's"
        raise Amiss(words, do="see that both machines keep time (chrony, systemd-timesyncd): codes depend on it")
    return f"{abs(off):.1f} seconds from the database's"


def keys_on_file() -> str:
    """Whether the rings hold the keys that stored values name: those of the newest and the oldest rows."""
    strange: Counter[str] = Counter()
    for model in apps.get_models():
        for field in model._meta.fields:
            if isinstance(field, FingerprintField):
                strange.update(
                    _beside(crypto.ring(settings.INDEX_KEYS), _both_ends(model, field.name), "CAREID_INDEX_KEYS")
                )
            elif isinstance(field, EncryptedTextField) and not field.null:
                strange.update(_beside(crypto.ring(settings.KEYS), _both_ends(model, field.name), "CAREID_KEYS"))
    if strange:
        words = ", ".join(f"{count} under {which}" for which, count in sorted(strange.items()))
        raise Amiss(f"of the rows looked at, {words}, which is gone", do="put that key back at the end of its ring")
    return "those of the newest and the oldest rows are there"


def _both_ends(model: Any, name: str) -> list[Any]:
    rows = model._default_manager.exclude(**{name: None}).values_list("pk", name)
    return list(dict([*rows.order_by("pk")[:LOOKED_AT], *rows.order_by("-pk")[:LOOKED_AT]]).values())


def _beside(ring: dict[str, bytes], values: list[Any], setting: str) -> Counter[str]:
    heads = (value.partition(":")[0] if isinstance(value, str) else bytes(value).partition(b".")[0] for value in values)
    ids = (head if isinstance(head, str) else head.decode("ascii", "replace") for head in heads)
    return Counter(f"{setting} {key_id}" for key_id in ids if key_id not in ring)
