"""The statements of an import, in the order they run. Their tables are the transaction's own and go with it.

What they write into a column that a rule guards stands beside that rule: in `creating`, `emails`, `numbers`.
"""

from typing import Final

from careid.trail.names import EventName
from profiles import creating, emails, numbers

# One import at a time, for as long as it takes.
ALONE: Final = "SELECT pg_try_advisory_xact_lock(7302026)"

STAGE: Final = """
CREATE TEMP TABLE import_row (
    line bigint, reason text, user_id text, given_name text, family_name text, email text, ninos text[],
    organisation_code text, identity_level smallint, user_handle bytea
) ON COMMIT DROP"""
COPY: Final = "COPY import_row FROM STDIN"

# Each good row beside the profile as it is. `ninos` are the number's fingerprints, under the newest key first: a
# profile that holds an older one gets the newest (`writes_nino`), which is no change of its number (`moves_nino`).
COMPARE: Final = """
CREATE TEMP TABLE import_person ON COMMIT DROP AS
SELECT r.*, p.id AS profile_id, p.xmin AS version, p.email AS old_email, is_open, moves_email, moves_nino, writes_nino,
    changed, writes_nino OR changed <> '{}' AS writes, min(r.line) OVER (PARTITION BY r.user_id) AS first_line
FROM import_row r
LEFT JOIN careid_profile p ON p.user_id = r.user_id
LEFT JOIN careid_organisation o ON o.id = p.organisation_id
CROSS JOIN LATERAL (SELECT coalesce(p.state, 'open') = 'open' AS is_open) AS a
CROSS JOIN LATERAL (SELECT
    is_open AND r.email IS NOT NULL AND r.email IS DISTINCT FROM lower(p.email) AS moves_email,
    is_open AND r.ninos IS NOT NULL AND (p.nino_fingerprint = ANY (r.ninos)) IS NOT TRUE AS moves_nino,
    is_open AND r.ninos IS NOT NULL AND r.ninos[1] IS DISTINCT FROM p.nino_fingerprint AS writes_nino
) AS b
CROSS JOIN LATERAL (SELECT array_remove(ARRAY[
    CASE WHEN r.given_name IS DISTINCT FROM p.given_name THEN 'given_name' END,
    CASE WHEN r.family_name IS DISTINCT FROM p.family_name THEN 'family_name' END,
    CASE WHEN moves_email THEN 'email' END,
    CASE WHEN moves_nino THEN 'national_insurance_number' END,
    CASE WHEN is_open AND r.organisation_code IS DISTINCT FROM o.code THEN 'organisation_code' END,
    CASE WHEN is_open AND r.identity_level IS DISTINCT FROM p.identity_level THEN 'identity_level' END
], NULL) AS changed) AS c
WHERE r.reason IS NULL"""

FAILED: Final = """
CREATE TEMP TABLE import_failed ON COMMIT DROP AS
SELECT line, reason FROM import_row WHERE reason IS NOT NULL
UNION ALL
SELECT line, format('user_id stands on line %%s already', first_line) FROM import_person WHERE line > first_line
UNION ALL
SELECT line, 'organisation_code is of no organisation here: make it at the desk, or with --new-organisations'
FROM import_person person
WHERE line = first_line AND is_open AND NOT %(new_organisations)s
    AND NOT EXISTS (SELECT FROM careid_organisation o WHERE o.code = person.organisation_code)"""

# What a row would newly give its profile that only one open profile may have.
CLAIM: Final = """
CREATE TEMP TABLE import_claim ON COMMIT DROP AS
SELECT claim.*, min(line) OVER (PARTITION BY field, forms[1]) AS first_line FROM (
    SELECT line, profile_id, 'email' AS field, ARRAY[email] AS forms FROM import_person WHERE moves_email
    UNION ALL
    SELECT line, profile_id, 'national_insurance_number', ninos FROM import_person WHERE writes_nino
) AS claim"""

# Who has it now, and the line that would take it from there; none fails the claim.
NEED: Final = """
CREATE TEMP TABLE import_need ON COMMIT DROP AS
SELECT claim.line, claim.field, leaver.line AS needs
FROM import_claim claim
JOIN careid_profile holder
    ON lower(holder.email) = forms[1] AND holder.state = 'open' AND holder.id IS DISTINCT FROM claim.profile_id
LEFT JOIN import_person leaver ON leaver.profile_id = holder.id AND leaver.moves_email
WHERE claim.field = 'email'
UNION ALL
SELECT claim.line, claim.field, leaver.line
FROM import_claim claim
CROSS JOIN unnest(forms) AS form
JOIN careid_profile holder
    ON holder.nino_fingerprint = form AND holder.state = 'open' AND holder.id IS DISTINCT FROM claim.profile_id
LEFT JOIN import_person leaver ON leaver.profile_id = holder.id AND leaver.moves_nino
WHERE claim.field = 'national_insurance_number'"""
NEED_INDEX: Final = "CREATE INDEX ON import_need (needs)"

# A row that fails leaves its profile as it is, so whoever needed it to move fails too, and so on.
FAIL: Final = """
WITH RECURSIVE failing (line, reason) AS (
    (
        SELECT line, format('%%s stands on line %%s already', field, first_line)
        FROM import_claim WHERE line > first_line
        UNION ALL
        SELECT line, format('%%s is another open profile''s', field) FROM import_need WHERE needs IS NULL
    )
    UNION
    SELECT need.line, format('%%s is another open profile''s', need.field)
    FROM failing JOIN import_need need ON need.needs = failing.line
)
INSERT INTO import_failed SELECT line, string_agg(DISTINCT reason, '; ') FROM failing GROUP BY line"""
DROP_FAILED: Final = "DELETE FROM import_person person USING import_failed failed WHERE failed.line = person.line"

SUMMARY: Final = """
SELECT count(*) FILTER (WHERE profile_id IS NULL),
    count(*) FILTER (WHERE profile_id IS NOT NULL AND changed <> '{}'),
    count(*) FILTER (WHERE changed = '{}'),
    (SELECT count(*) FROM import_failed),
    count(*) FILTER (WHERE profile_id IS NOT NULL AND writes)
FROM import_person"""
REJECTS: Final = "SELECT line, reason FROM import_failed ORDER BY line"

# Only profiles that nobody has written since they were compared.
LOCK: Final = """
SELECT count(*) FROM (
    SELECT FROM careid_profile p
    JOIN import_person person ON person.profile_id = p.id AND person.version = p.xmin
    WHERE person.writes
    ORDER BY p.id
    FOR NO KEY UPDATE OF p
) AS locked"""

NEW_ORGANISATIONS: Final = """
SELECT DISTINCT organisation_code FROM import_person
WHERE 'organisation_code' = ANY (changed)
    AND NOT EXISTS (SELECT FROM careid_organisation o WHERE o.code = organisation_code)"""

# What stood there before, while it stands there.
KEEP: Final = f"""
INSERT INTO careid_replaced (profile_id, email, nino_fingerprint, replaced_at)
{emails.KEPT}
    UNION ALL
{numbers.KEPT}"""

# A unique index looks at each row by itself: what another row will take is put down first.
VACATE: Final = " ".join(
    (
        "UPDATE careid_profile p SET",
        f"{emails.VACATED}, {numbers.VACATED}",
        "FROM import_person person",
        "WHERE person.profile_id = p.id AND person.line IN (SELECT needs FROM import_need)",
    )
)
_NAMES: Final = "given_name = person.given_name, family_name = person.family_name"
_MEMBERSHIP: Final = """
    organisation_id = CASE WHEN is_open THEN o.id ELSE p.organisation_id END,
    identity_level = CASE WHEN is_open THEN person.identity_level ELSE p.identity_level END"""
CHANGE: Final = " ".join(
    (
        "UPDATE careid_profile p SET",
        f"{_NAMES}, {emails.BY_SETS}, {numbers.BY_SETS}, {_MEMBERSHIP}",
        "FROM import_person person LEFT JOIN careid_organisation o ON o.code = person.organisation_code",
        "WHERE person.profile_id = p.id AND person.writes",
    )
)
# A closed profile that has a number under an older key has it under the newest then, which keeps it closed.
REKEY: Final = """
UPDATE careid_profile p SET nino_fingerprint = ninos[1]
FROM import_person CROSS JOIN unnest(ninos[2:]) AS older
WHERE writes_nino AND p.nino_fingerprint = older AND p.state = 'closed'"""
EVENTS: Final = """
INSERT INTO careid_event (at, name, outcome, reason, actor, profile_id, organisation, reference, network, browser,
    request_id, details)
SELECT %(now)s, %(event)s, 'ok', CASE WHEN person.profile_id IS NULL THEN %(created)s ELSE %(changed)s END, %(actor)s,
    p.id, o.code, '', '', '', '', jsonb_build_object('changed', changed)
FROM import_person person
JOIN careid_profile p ON p.user_id = person.user_id
JOIN careid_organisation o ON o.id = p.organisation_id
WHERE changed <> '{}'
ORDER BY line"""

# Who had an address or a number, or none, and has another now: by the event that tells of it.
_MOVED: Final = """
SELECT profile_id, count(*) OVER () FROM import_person WHERE profile_id IS NOT NULL AND {} ORDER BY profile_id"""
MOVED: Final = {
    EventName.PROFILE_EMAIL_CHANGED: _MOVED.format("moves_email"),
    EventName.PROFILE_NINO_CHANGED: _MOVED.format("moves_nino"),
}

JUDGE: Final = (
    "ANALYZE careid_profile",  # a file before this one may have filled the table, and nobody have counted since
    "ANALYZE import_row",
    COMPARE,
    FAILED,
    DROP_FAILED,
    "ANALYZE import_person",
    CLAIM,
    "ANALYZE import_claim",
    NEED,
    NEED_INDEX,
    "ANALYZE import_need",
    FAIL,
    DROP_FAILED,
)
WRITE: Final = (KEEP, VACATE, CHANGE, creating.BY_SETS, REKEY, EVENTS)
