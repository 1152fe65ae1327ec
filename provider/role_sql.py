"""The statements of an import of roles, in the order they run. The table is the transaction's own and goes with it."""

from typing import Final

MOST: Final = 200  # roles of one person: each is told to a service, and is a line of a page

# One import at a time, for as long as it takes.
ALONE: Final = "SELECT pg_try_advisory_xact_lock(7302027)"

_SINGLE: Final = ("person_roleid", "person_orgid", "org_code", "role_code", "role_name")
_LISTS: Final = ("activity_codes", "activities", "workgroups_codes", "workgroups", "aow_codes", "aow")
_ALL: Final = (*_SINGLE, *_LISTS)
_OWN: Final = ("profile_id", *_ALL[1:])  # what another row may change in a role
_COLUMNS: Final = ", ".join(_ALL)

STAGE: Final = f"""
CREATE TEMP TABLE import_role (
    line bigint, reason text, user_id varchar, {", ".join(f"{name} varchar" for name in _SINGLE)},
    {", ".join(f"{name} varchar[]" for name in _LISTS)}
) ON COMMIT DROP"""
COPY: Final = "COPY import_role FROM STDIN"

# A row that failed by itself or by an earlier one. `profile_id` is of whoever the file gives roles to.
_WHOSE: Final = "ALTER TABLE import_role ADD profile_id bigint"
_FOUND: Final = "UPDATE import_role r SET profile_id = p.id FROM careid_profile p WHERE p.user_id = r.user_id"
_UNKNOWN: Final = """
UPDATE import_role SET reason = 'user_id is of nobody here'
WHERE reason IS NULL AND profile_id IS NULL"""
_TWICE: Final = """
UPDATE import_role r SET reason = format('person_roleid stands on line %s already', first_line)
FROM (SELECT person_roleid, min(line) AS first_line FROM import_role GROUP BY person_roleid HAVING count(*) > 1) AS f
WHERE r.person_roleid = f.person_roleid AND line > first_line AND reason IS NULL"""
_TOO_MANY: Final = " ".join(
    (
        "UPDATE import_role r SET",
        f"reason = 'this person has more than {MOST} roles'",
        "FROM (SELECT user_id FROM import_role GROUP BY user_id",
        f"HAVING count(*) > {MOST}) AS many",
        "WHERE r.user_id = many.user_id AND reason IS NULL",
    )
)
_OTHERS: Final = """
UPDATE import_role r SET reason = format('line %s of the same person fails', failed.line)
FROM (SELECT user_id, min(line) AS line FROM import_role WHERE reason IS NOT NULL GROUP BY user_id) AS failed
WHERE r.user_id = failed.user_id AND r.reason IS NULL"""
FAIL_PEOPLE: Final = (_OTHERS,)

# A role id of somebody to whom the file gives nothing, or whose rows fail: they keep what they have.
FAIL_HELD: Final = """
UPDATE import_role r SET reason = 'person_roleid is another person''s'
FROM careid_role held
WHERE held.person_roleid = r.person_roleid AND r.reason IS NULL
    AND NOT EXISTS (SELECT FROM import_role o WHERE o.profile_id = held.profile_id AND o.reason IS NULL)"""

JUDGE: Final = (
    "ANALYZE import_role",
    "ANALYZE careid_profile",  # a file before this one may have filled the table, and nobody have counted since
    "ANALYZE careid_role",
    _WHOSE,
    _FOUND,
    _UNKNOWN,
    _TWICE,
    _TOO_MANY,
    *FAIL_PEOPLE,
    "CREATE INDEX ON import_role (profile_id) WHERE reason IS NULL",
    "ANALYZE import_role",
)


def _same(row: str) -> str:
    """Whether the role that is there is as the row has it."""
    return f"({', '.join(f'held.{name}' for name in _OWN)}) = ({', '.join(f'{row}.{name}' for name in _OWN)})"


_GONE: Final = """
FROM careid_role held
WHERE held.profile_id IN (SELECT profile_id FROM import_role WHERE reason IS NULL)
    AND NOT EXISTS (SELECT FROM import_role r WHERE r.person_roleid = held.person_roleid AND r.reason IS NULL)"""
_COUNTS: Final = (
    "count(*) FILTER (WHERE reason IS NULL AND held.id IS NULL)",
    f"count(*) FILTER (WHERE reason IS NULL AND NOT {_same('r')})",
    f"count(*) FILTER (WHERE reason IS NULL AND {_same('r')})",
    f"(SELECT count(*) {_GONE})",
    "count(*) FILTER (WHERE reason IS NOT NULL)",
)
SUMMARY: Final = " ".join(
    ("SELECT", ", ".join(_COUNTS), "FROM import_role r LEFT JOIN careid_role held USING (person_roleid)")
)
FIRST: Final = "SELECT line, reason FROM import_role WHERE reason IS NOT NULL ORDER BY line LIMIT 5"
REJECTS: Final = "SELECT line, reason FROM import_role WHERE reason IS NOT NULL ORDER BY line"

_CHANGE: Final = " ".join(
    (
        f"INSERT INTO careid_role AS held (profile_id, {_COLUMNS})",
        f"SELECT profile_id, {_COLUMNS}",
        "FROM import_role r WHERE reason IS NULL ORDER BY line",
        f"ON CONFLICT (person_roleid) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _OWN)}",
        f"WHERE NOT {_same('excluded')}",
    )
)
WRITE: Final = (f"DELETE {_GONE}", _CHANGE)
