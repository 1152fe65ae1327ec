"""What the roles of web and worker may do: read and write rows, but only add to the trail, and change no table.

Neither gives an event its number nor, by a trigger, its time; the worker's adds seals, and the web's does not.
The migrating role owns the tables and grants this after each migration; `excess()` says what a role can do beyond it.
"""

from typing import Any, Final

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from careid.errors import Refused

EVENTS, SEALS = "careid_event", "careid_seal"
ADD: Final = (EVENTS, SEALS)  # rows are added, and none changes or goes
NUMBER: Final = "sequence"  # of an event, given by the database alone
NUMBERS: Final = "careid_event_sequence_seq"
NAMES: Final = {"events": EVENTS, "seals": SEALS, "number": NUMBER, "numbers": NUMBERS}
READ: Final = ("django_migrations", "django_content_type", "auth_permission")  # written by migrations alone
# Tables of apps that left in this release: they stay, and so do the role's rights on them, since a web of the release
# before needs them for as long as both run. A later release drops them, and empties this.
LEFT: Final = (
    *("axes_accessattempt", "axes_accessattemptexpiration", "axes_accessfailurelog", "axes_accesslog"),
    # With the triggers that hold these and the desk's own table together (its third migration), which go with them.
    *("django_otp_webauthn_webauthncredential", "django_otp_webauthn_webauthnattestation"),
    "django_otp_webauthn_webauthnuserhandle",
)
ALL: Final = "SELECT, INSERT, UPDATE, DELETE"

OWN: Final = """
SELECT c.relname, c.relkind FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relowner = current_user::regrole AND c.relkind IN ('r', 'S')
ORDER BY c.relname"""
ROUTINES: Final = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = current_schema()::regnamespace AND p.proowner = current_user::regrole
ORDER BY 1"""
COLUMNS: Final = """
SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attname <> %s
ORDER BY attnum"""
# Whether the role is a superuser, and whether it is the owner of the tables or may act as the owner.
IS_OWNER: Final = """
SELECT rolsuper, pg_has_role(rolname, current_user, 'MEMBER') FROM pg_roles WHERE rolname = %s"""
OWNS: Final = """
SELECT rolsuper OR EXISTS (
    SELECT FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY (%s)
    AND pg_has_role(rolname, c.relowner, 'MEMBER'))
FROM pg_roles WHERE rolname = current_user"""

# Each line is one thing that undoes the trail's triggers or goes around them, asked of each role that this one may act
# as. Words, and whether the role can.
EXCESS: Final = """
SELECT words FROM (
    SELECT 'is a superuser' AS words, rolsuper AS can FROM role
    UNION ALL SELECT 'may make roles', rolcreaterole FROM role
    UNION ALL SELECT 'may replicate', rolreplication FROM role
    UNION ALL SELECT 'may run programs or write files on the database server',
        pg_has_role(oid, 'pg_execute_server_program', 'MEMBER') OR pg_has_role(oid, 'pg_write_server_files', 'MEMBER')
        FROM role
    UNION ALL SELECT 'may set session_replication_role',
        has_parameter_privilege(oid, 'session_replication_role', 'SET') FROM role
    UNION ALL SELECT 'may create schemas', has_database_privilege(oid, current_database(), 'CREATE') FROM role
    UNION ALL SELECT 'may make temporary tables, which would stand before the real ones',
        has_database_privilege(oid, current_database(), 'TEMP') FROM role
    UNION ALL SELECT 'may create in the schema', has_schema_privilege(oid, current_schema()::regnamespace, 'CREATE')
        FROM role
    UNION ALL SELECT 'owns ' || c.relname || ', or may act as who does', pg_has_role(role.oid, c.relowner, 'MEMBER')
        FROM role, ours c
    UNION ALL SELECT 'may truncate ' || c.relname || ', or make triggers on it',
        has_table_privilege(role.oid, c.oid, 'TRUNCATE, TRIGGER') FROM role, ours c
    UNION ALL SELECT 'may change or delete rows of ' || c.relname,
        has_table_privilege(role.oid, c.oid, 'UPDATE, DELETE') OR has_any_column_privilege(role.oid, c.oid, 'UPDATE')
        FROM role, ours c WHERE c.relname = ANY (%(add)s)
    UNION ALL SELECT 'may choose the numbers of the trail''s events',
        has_column_privilege(role.oid, c.oid, %(number)s, 'INSERT') FROM role, ours c WHERE c.relname = %(events)s
    UNION ALL SELECT 'may take or set numbers of the trail', has_sequence_privilege(role.oid, s.oid, 'USAGE, UPDATE')
        FROM role, pg_class s WHERE s.relname = %(numbers)s AND s.relnamespace = current_schema()::regnamespace
    UNION ALL SELECT 'may write seals, which is for the worker''s role alone',
        has_any_column_privilege(role.oid, c.oid, 'INSERT')
        FROM role, ours c WHERE c.relname = %(seals)s AND NOT %(worker)s
) AS found WHERE can"""
WITH: Final = """
WITH role AS (SELECT other.* FROM pg_roles one JOIN pg_roles other ON pg_has_role(one.oid, other.oid, 'MEMBER')
    WHERE one.rolname = %(role)s),
ours AS (SELECT * FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = ANY (%(tables)s))"""


def statements(role: str, *, worker: bool = False) -> list[str]:
    """What `give` runs, as SQL for the role that owns the tables. Run again, it takes in new tables and no more."""
    with connection.cursor() as cursor:
        found = _statements(cursor, sql.Identifier(role), worker=worker)
        return [statement.as_string(cursor.cursor) for statement in found]


def give(role: str, *, worker: bool = False) -> None:
    """Grant what the web's role (or the worker's) needs and take back the rest, whatever it had.

    Raises Refused: `missing`, `owner`, or `excess` with what only the database's administrator can take back (`left`).
    """
    # What is refused here is refused inside the transaction, so that nothing of it stays.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(IS_OWNER, [role])
        found = cursor.fetchone()
        if not found:
            raise Refused("missing", role=role)
        if any(found):
            raise Refused("owner", role=role)
        for statement in _statements(cursor, sql.Identifier(role), worker=worker):
            cursor.execute(statement)
        if left := excess(role, worker=worker):
            raise Refused("excess", role=role, left="; ".join(left))


def excess(role: str, *, worker: bool = False) -> list[str]:
    """What the role can do that would undo the trail, in words; nothing where it is as `give` leaves it."""
    values: dict[str, Any] = {"tables": sorted(known_tables()), "add": list(ADD), "role": role, "worker": worker}
    with connection.cursor() as cursor:
        cursor.execute(WITH + EXCESS, values | NAMES)
        return list(dict.fromkeys(words for (words,) in cursor.fetchall()))


def owns_the_tables() -> bool:
    """Whether the connected role is a superuser, owns tables of ours, or may act as who does."""
    with connection.cursor() as cursor:
        cursor.execute(OWNS, [sorted(known_tables())])
        return bool(cursor.fetchone()[0])


def current_role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


def known_tables() -> set[str]:
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table for model in models} | {"django_migrations", *ADD, *LEFT}


def _statements(cursor: CursorWrapper, role: sql.Identifier, *, worker: bool) -> list[sql.Composed]:
    """Of the objects that the connected role owns: a stranger's are not ours to grant."""
    cursor.execute("SELECT current_database(), current_schema()")
    database, schema = map(sql.Identifier, cursor.fetchone())
    cursor.execute(OWN)
    found, known = cursor.fetchall(), known_tables()
    tables, sequences = ([name for name, kind in found if kind == wanted] for wanted in "rS")
    cursor.execute(ROUTINES)
    return [
        sql.SQL("REVOKE TEMPORARY, CREATE ON DATABASE {} FROM PUBLIC, {}").format(database, role),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, role),
        sql.SQL("REVOKE CREATE ON SCHEMA {} FROM PUBLIC, {}").format(schema, role),
        sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role),
        *(sql.SQL("REVOKE ALL ON {} FROM PUBLIC, {}").format(sql.Identifier(name), role) for name, _ in found),
        *(_granted(_on_table(name, worker=worker), "", name, role) for name in tables if name in known - {EVENTS}),
        *(_granted("SELECT" if name == NUMBERS else "USAGE", "SEQUENCE ", name, role) for name in sequences),
        *(sql.SQL("GRANT EXECUTE ON ROUTINE {} TO {}").format(sql.SQL(name), role) for (name,) in cursor.fetchall()),
        *_on_events(cursor, role),
    ]


def _granted(may: str, sort: str, name: str, role: sql.Identifier) -> sql.Composed:
    return sql.SQL("GRANT {} ON {}{} TO {}").format(sql.SQL(may), sql.SQL(sort), sql.Identifier(name), role)


def _on_table(name: str, *, worker: bool) -> str:
    if name == SEALS:
        return "SELECT, INSERT" if worker else "SELECT"
    return "SELECT" if name in READ else ALL


def _on_events(cursor: CursorWrapper, role: sql.Identifier) -> list[sql.Composed]:
    """Every column but the number. A right on the table would be one to choose it, whatever the identity says."""
    cursor.execute(COLUMNS, [EVENTS, NUMBER])
    columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in cursor.fetchall())
    adding = sql.SQL("GRANT INSERT ({}) ON {} TO {}").format(columns, sql.Identifier(EVENTS), role)
    return [_granted("SELECT", "", EVENTS, role), adding]
