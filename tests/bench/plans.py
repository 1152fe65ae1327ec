"""What the portal asks of its large tables, with millions of rows in them: each question has an index."""

from collections import namedtuple

from tests import kinds

EVENTS, COUNTS, ATTEMPTS = 2_000_000, 500_000, 200_000
Plan = namedtuple("Plan", "question milliseconds scans")

ROWS = (
    f"""INSERT INTO careid_event (at, name, outcome, reason, actor, profile_id, organisation, attempt_id, reference,
            network, browser, request_id, details)
        SELECT now() - n * interval '10 seconds', 'attempt.started', 'ok', '', 'person', n %% 1500000 + 1, 'RX1',
            md5(n::text)::uuid, upper(substr(md5(n::text), 1, 3) || '-' || substr(md5(n::text), 4, 3)), '10.0.0.0/24',
            'Firefox on Windows', md5(n::text), '{{}}' FROM generate_series(1, {EVENTS}) n""",
    f"""INSERT INTO careid_limitcount ("limit", subject, until, count)
        SELECT 'start', sha256(n::text::bytea), now() - n * interval '4 seconds', 1 FROM generate_series(1, {COUNTS}) n""",
    f"""INSERT INTO enrolment_attempt (id, reference, token_hash, typed_email, pair, nino_fingerprint, started_at,
            last_seen_at, undone)
        SELECT md5(n::text)::uuid, 'ABC-' || n %% 1000, sha256(n::text::bytea), '', '', 'i1:' || repeat('0', 64),
            now() - n * interval '1 second', now(), false FROM generate_series(1, {ATTEMPTS}) n""",
)
QUESTIONS = {
    "an attempt by its token": "SELECT * FROM enrolment_attempt WHERE token_hash = sha256('5')",
    "attempts to purge": "SELECT id FROM enrolment_attempt WHERE started_at < now() - interval '24 hours' LIMIT 1000",
    "a limit's count": "SELECT * FROM careid_limitcount WHERE \"limit\" = 'start' AND subject = sha256('5')",
    "counters to purge": "SELECT id FROM careid_limitcount WHERE until < now() - interval '30 days' LIMIT 1000",
    "a profile by email": "SELECT * FROM careid_profile WHERE lower(email) = 'person5@crowd.example.nhs.uk'",
    "a person's last events": "SELECT * FROM careid_event WHERE profile_id = 5 ORDER BY sequence DESC LIMIT 10",
    "events by reference": "SELECT * FROM careid_event WHERE reference = 'E4D-A3B'",
    "a person's authenticators": "SELECT * FROM authenticators_authenticator WHERE profile_id = 5 AND kind = ':kind'",
    "mails to purge": "SELECT id FROM careid_mail WHERE queued_at < now() - interval '90 days' AND state <> 'queued' LIMIT 1000",
}


def measure(connection):
    for statement in ROWS:
        connection.execute(statement.replace("%%", "%"))
    connection.execute("VACUUM ANALYZE careid_event, careid_limitcount, enrolment_attempt, careid_mail")
    return [
        explain(connection, question, statement.replace(":kind", kinds.some_kind()))
        for question, statement in QUESTIONS.items()
    ]


def explain(connection, question, statement):
    """Its time, and the tables of any size that it reads from end to end."""
    found = connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}").fetchone()[0][0]
    return Plan(question, found["Execution Time"], [node for node in scans(found["Plan"]) if node])


def scans(plan):
    if plan["Node Type"] == "Seq Scan" and plan["Plan Rows"] + plan.get("Rows Removed by Filter", 0) > 10_000:
        yield plan["Relation Name"]
    for below in plan.get("Plans", ()):
        yield from scans(below)
