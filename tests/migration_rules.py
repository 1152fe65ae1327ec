"""What a migration may do while people use the portal, and the release before still runs beside this one.

Each rule names the operation, what would go wrong, and the way out.
"""

import inspect
import re

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import models
from django.db.migrations import operations as ops
from django.db.models.functions import Now

# Those with millions of rows. What reads all of one's rows under a lock stops the portal for as long.
BIG = {"event", "profile", "authenticator", "attempt", "mail", "visit", "session", "signin", "knownbrowser", "logout"}
BIG |= {"invitation", "application", "person", "mailing", "uploadline"}
TABLES = (
    r"(careid_(event|profile|mail|uploadline)|authenticators_authenticator|enrolment_attempt"
    r"|sign_in_(visit|session|signin|knownbrowser)|provider_logout"
    r"|apply_(invitation|application)|moves_(person|mailing))"
)
CONTRACT = (
    "the release before still uses it: stop using it in one release, remove it in a later one, and set"
    ' `contract = "the release that stopped using it"` on that migration'
)
HARMLESS = re.compile(r"(DROP NOT NULL|DROP DEFAULT|SET DEFAULT [^;]*|TYPE varchar\(\d+\)|TYPE text)(,|;|$)")


def problems(migration, state, editor):
    """What is wrong with a migration, from the state of the models before it. `editor` only collects SQL."""
    fresh = {op.name_lower for op in migration.operations if isinstance(op, ops.CreateModel)}
    contract = getattr(migration, "contract", "")
    state = state.clone()
    if not migration.atomic and not all(map(_repeatable, migration.operations[:-1])):
        yield "atomic = False with several operations: where one fails, those before it stay. Give each its own migration"
    for op in _flat(migration.operations):
        for words in _of(op, migration, fresh, contract, state, editor):
            yield f"{op.__class__.__name__} {getattr(op, 'name', '')}: {words}".replace(" :", ":")
        if not op.reversible:
            yield f"{op.__class__.__name__}: can't be rolled back. Give it a reverse, even one that does nothing"
        op.state_forwards(migration.app_label, state)


def _repeatable(op):
    return isinstance(op, ops.RunSQL) and "IF NOT EXISTS" in op.sql


def _flat(operations):
    for op in operations:
        if isinstance(op, ops.SeparateDatabaseAndState):
            yield from _flat(op.database_operations)
        else:
            yield op


def _of(op, migration, fresh, contract, state, editor):
    model = getattr(op, "model_name", "").lower()
    big = model in BIG - fresh
    if isinstance(op, ops.AddField) and model not in fresh:
        yield from _added(op.field, big)
    elif isinstance(op, ops.RemoveField | ops.RenameField | ops.DeleteModel | ops.RenameModel | ops.AlterModelTable):
        if not contract:
            yield CONTRACT
    elif isinstance(op, ops.AlterField) and model not in fresh:
        yield from _altered(op, migration, contract, big, state, editor)
    elif isinstance(op, ops.AddIndex | ops.AddConstraint) and big:
        yield from _indexed(op, migration)
    elif isinstance(op, ops.RunSQL):
        yield from _sql(op, fresh)
    elif isinstance(op, ops.RunPython):
        yield from _python(op, migration)


def _indexed(op, migration):
    if isinstance(op, AddIndexConcurrently):
        if migration.atomic:
            yield "needs atomic = False"
    elif isinstance(op, ops.AddIndex):
        yield "stops every write of a big table until it is built. Use AddIndexConcurrently, atomic = False"
    elif not isinstance(op, AddConstraintNotValid):
        yield (
            "reads a big table under a lock. Use AddConstraintNotValid, and ValidateConstraint in the next migration;"
            " for a unique one, RunSQL CREATE UNIQUE INDEX CONCURRENTLY with the state beside it"
        )


def _added(field, big):
    if field.many_to_many:
        return
    differs = hasattr(field.db_default, "resolve_expression") and not isinstance(field.db_default, models.Value | Now)
    constant = field.has_db_default() and not differs
    if getattr(field, "generated", False):
        yield "a generated column rewrites the table under a lock. Add a plain one and fill it in batches"
    elif field.has_db_default() and not constant:
        yield "a db_default that differs from row to row rewrites the table under a lock. Fill it in batches"
    elif not (field.null or constant):
        yield "the release before inserts rows without it. Give it a constant db_default, or null=True"
    elif field.has_default() and not field.has_db_default() and callable(field.default):
        yield "its default is called once for all rows that are there. Add it with null=True and fill it in batches"
    if big and (field.unique or field.db_index):
        yield "its index stops every write of a big table. Add it without (db_index=False), then AddIndexConcurrently"
    if big and field.remote_field and field.db_constraint:
        yield "its foreign key reads a big table under a lock. Use db_constraint=False"


def _altered(op, migration, contract, big, state, editor):
    after = state.clone()
    op.state_forwards(migration.app_label, after)
    with editor() as collected:
        op.database_forwards(migration.app_label, collected, state, after)
    changes = [sql for sql in collected.collected_sql if not HARMLESS.search(sql)]
    if changes and big:
        yield f"reads or rewrites a big table under a lock ({changes[0]}). Add a new column and move over to it"
    elif changes and not contract:
        yield f"{changes[0]} {CONTRACT}"


def _sql(op, fresh):
    text = " ".join(
        part if isinstance(part, str) else part[0] for part in ([op.sql] if isinstance(op.sql, str) else op.sql)
    )
    if re.search(rf"CREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)[^;]*\bON\s+\"?{TABLES}\b", text, re.IGNORECASE):
        yield "stops every write of a big table until it is built. Say CONCURRENTLY, atomic = False"
    if re.search(rf"ALTER\s+TABLE\s+\"?{TABLES}\b[^;]*ADD\s+CONSTRAINT(?![^;]*NOT\s+VALID)", text, re.IGNORECASE):
        yield "reads a big table under a lock. Say NOT VALID, and VALIDATE CONSTRAINT in the next migration"
    if re.search(
        rf"(UPDATE|DELETE\s+FROM|TRUNCATE|LOCK(\s+TABLE)?)\s+\"?{TABLES}\b\s+(?!ON\b|FOR\b)", f"{text} ", re.IGNORECASE
    ):
        yield "writes a big table in one piece. Do it in batches, by a command or a job"


def _python(op, migration):
    source = inspect.getsource(op.code)
    named = sorted(name for name in BIG if re.search(rf"\b{name}\b", source, re.IGNORECASE))
    if named and (migration.atomic or "batch" not in source):
        yield f"goes through {named[0]} in one piece. Do it in batches, each committed (atomic = False)"
