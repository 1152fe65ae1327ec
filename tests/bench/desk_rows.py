"""A million and a half people with a year behind them, made by the database itself: uneven organisations, a fifth of
the people with authenticators, names of which some are common. Nobody in it is anybody."""

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

from tests import kinds

PEOPLE, EVENTS, ORGANISATIONS, MAILS = 1_500_000, 10_000_000, 2_000, 300_000
A_STEP = 6  # events an attempt
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"""
UNIQUE = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'u' AND conrelid = 'careid_profile'::regclass OR contype = 'p' AND conrelid = 'careid_event'::regclass"""
# Numbers that look random and are the same each time: from 0 up to 1.
FUNCTIONS = """
CREATE FUNCTION spread(n bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT (hashint8extended(n, salt) & 1048575) / 1048576.0 $$;
CREATE FUNCTION place(n bigint) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT CASE WHEN spread(n, 1) < 200000 / 1500000.0 THEN 1 WHEN spread(n, 1) < 210000 / 1500000.0 THEN 2
        ELSE 3 + (1998 * spread(n, 2) ^ 2)::int % 1998 END $$;
CREATE FUNCTION named(u float8, many int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT initcap(translate(substr(md5((many * u ^ 2.5)::int::text), 1, 7), '0123456789abcdef', 'aeioulmnrstbdghk')) $$;
"""
PLACES = f"""
INSERT INTO careid_organisation (code, name, takes_part, kinds_off, email_domains, ra_name, ra_email,
    ra_phone, ra_hours :names)
SELECT 'R' || lpad(n::text, 4, '0'), 'Trust ' || n, true, '{{}}', '{{}}', '', '', '', '' :switches
FROM generate_series(1, {ORGANISATIONS}) n"""
PROFILES = """
INSERT INTO careid_profile (id, user_id, given_name, family_name, email, nino_fingerprint, identity_level,
    organisation_id, state, closed_reason, source, invited_at, user_handle, created_at)
SELECT n, lpad((n * 7 % 999999999989)::text, 12, '0'), given, family,
    CASE WHEN spread(n, 5) > 0.05 THEN lower(given || '.' || family || n || '@trust.example.nhs.uk') END,
    CASE WHEN spread(n, 6) > 0.1 THEN 'i1:' || encode(sha256(n::text::bytea), 'hex') END, 3,
    (SELECT min(id) - 1 FROM careid_organisation WHERE code LIKE 'R____') + place(n),
    CASE WHEN spread(n, 7) > 0.03 THEN 'open' ELSE 'closed' END,
    CASE WHEN spread(n, 7) > 0.03 THEN '' ELSE 'leaver' END, 'import',
    CASE WHEN spread(n, 8) < 0.1 THEN now() - spread(n, 9) * interval '90 days' END,
    sha256(('handle' || n)::bytea), now() - spread(n, 10) * interval '5 years'
FROM generate_series(:first::bigint, :last::bigint) n,
    LATERAL (SELECT named(spread(n, 3), 1500) AS given, named(spread(n, 4), 25000) AS family) AS names"""
AUTHENTICATORS = f"""
INSERT INTO authenticators_authenticator (id, profile_id, kind, external_id, name, material, details, added_at,
    added_by, usable_from, state, state_reason, state_changed_at)
SELECT md5(n || kind)::uuid, n, kind, md5(kind || n), '', sha256(n::text::bytea), '{{}}', added, 'person', added, state,
    CASE state WHEN 'active' THEN '' ELSE 'lost' END, added
FROM generate_series(1, {PEOPLE}) n, unnest(':kinds'::text[], ':shares'::float8[], ':salts'::int[]) AS kinds (kind, share, salt),
    LATERAL (SELECT now() - spread(n, salt + 10) * interval '365 days' AS added,
        CASE WHEN spread(n, salt + 20) < 0.9 THEN 'active' WHEN spread(n, salt + 20) < 0.93 THEN 'suspended'
            ELSE 'revoked' END AS state) AS told
WHERE spread(n, salt) < share"""
# Visits of six steps each; a fifth of them match nobody, and most end before anything is added.
TRAIL = f"""
INSERT INTO careid_event (sequence, at, name, outcome, reason, actor, profile_id, organisation, attempt_id, reference,
    network, browser, request_id, details)
SELECT n, now() - ({EVENTS} - n) * (interval '365 days' / {EVENTS}),
    CASE step WHEN 0 THEN 'attempt.started'
        WHEN 1 THEN CASE WHEN known THEN 'identity.matched' ELSE 'identity.not_matched' END
        WHEN 2 THEN 'email_code.sent'
        WHEN 3 THEN CASE WHEN way < 0.6 THEN 'email_code.accepted' ELSE 'email_code.rejected' END
        WHEN 4 THEN CASE WHEN way < 0.2 THEN 'authenticator.added' ELSE 'ceremony.rejected' END
        ELSE 'attempt.ended' END,
    CASE WHEN step = 1 AND NOT known OR step = 3 AND way >= 0.6 OR step = 4 AND way >= 0.2 THEN 'refused' ELSE 'ok' END,
    CASE WHEN step = 1 AND NOT known THEN 'no_profile' WHEN step = 3 AND way >= 0.6 THEN 'wrong'
        WHEN step = 4 AND way >= 0.2 THEN (ARRAY['timed_out', 'cancelled', 'not_offered'])[1 + (way * 100)::int % 3]
        ELSE '' END,
    'person', CASE WHEN known THEN who END, CASE WHEN known THEN 'R' || lpad(place(who)::text, 4, '0') ELSE '' END,
    md5(visit::text)::uuid, translate(upper(to_hex(256 + visit / 3840 % 3840) || '-' || to_hex(256 + visit % 3840)),
        '0123456789ABCDEF', '234679CDFGHJKMNP'), '10.0.0.0/24', 'Firefox on Windows',
    lpad(to_hex(n), 32, '0'), '{{}}'
FROM generate_series(:first::bigint, :last::bigint) n,
    LATERAL (SELECT n % {A_STEP} AS step, n / {A_STEP} AS visit) AS steps,
    LATERAL (SELECT spread(visit, 30) > 0.2 AS known, spread(visit, 31) AS way,
        1 + (hashint8extended(visit, 32) & 1073741823) % {PEOPLE} AS who) AS visits"""
OUTBOX = f"""
INSERT INTO careid_mail (id, template, profile_id, reference, state, queued_at, allowed, refusals, settled_at, answer)
SELECT md5('mail' || n)::uuid, 'email_code', 1 + (hashint8extended(n, 40) & 1073741823) % {PEOPLE}, '', 'sent',
    now() - n * (interval '90 days' / {MAILS}), true, 0, now() - n * (interval '90 days' / {MAILS}), ''
FROM generate_series(1, {MAILS}) n"""
REPORTS = f"""
INSERT INTO authenticators_report (profile_id, token_hash, reported_at, closed_at, closed_by, outcome)
SELECT 1 + n * 7 % {PEOPLE}, sha256(n::text::bytea), now() - n * interval '1 hour',
    CASE WHEN n > 200 THEN now() - n * interval '1 hour' END, '', CASE WHEN n > 200 THEN 'mistake' ELSE '' END
FROM generate_series(1, 2000) n"""
TABLES = ("careid_profile", "careid_event", "authenticators_authenticator", "careid_mail", "authenticators_report")


def of_kinds(statement):
    """The statement, with the kinds that there are: of some there is more than of others."""
    switches, slugs = kinds.organisation(), kinds.slugs()
    shares = [share for share, _ in zip(cycle((0.12, 0.03, 0.09)), slugs, strict=False)]
    words = {
        "names": "".join(f", {name}" for name in switches),
        "switches": ", n % 2 = 0" * len(switches),
        "kinds": _array(slugs),
        "shares": _array(shares),
        "salts": _array(range(11, 11 + len(slugs))),
    }
    for word, value in words.items():
        statement = statement.replace(f":{word}", value)
    return statement


def _array(values):
    return f"{{{','.join(map(str, values))}}}"


def fill(connect):
    """All of them, by connections that `connect()` makes, two at work. Indexes are built afterwards: far faster."""
    with connect() as one:
        for statement in (FUNCTIONS, of_kinds(PLACES), *_unlogged()):
            one.execute(statement)
        made = list(_aside(one))
    with ThreadPoolExecutor(2) as both:
        parts = [(TRAIL, EVENTS), (PROFILES, PEOPLE)]
        _all([both.submit(_alone, connect, sql, (many // 4 * part + 1, many // 4 * (part + 1)))
              for sql, many in parts for part in range(4)])  # fmt: skip
        _all([both.submit(_alone, connect, sql) for sql in (of_kinds(AUTHENTICATORS), OUTBOX, REPORTS)])
        _all([both.submit(_alone, connect, sql) for sql in made])
    _alone(connect, f"VACUUM ANALYZE {', '.join(TABLES)}")
    _alone(connect, f"SELECT setval('careid_event_sequence_seq', {EVENTS}), setval('careid_profile_id_seq', {PEOPLE})")


def _unlogged():
    """Nothing that is measured reads the log of what is written, and no row here is to outlive a crash."""
    yield "ALTER TABLE careid_event SET UNLOGGED"
    yield from (f"ALTER TABLE {table} SET (autovacuum_enabled = false)" for table in TABLES)


def _aside(connection):
    """Drop what would be kept up row by row; what makes it again, the largest first."""
    for table, name, definition in connection.execute(UNIQUE).fetchall():
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
    for table in TABLES:
        for name, definition in connection.execute(INDEXES, [table]).fetchall():
            connection.execute(f"DROP INDEX {name}")
            yield definition


def _all(running):
    for one in running:
        one.result()


def _alone(connect, statement, values=()):
    with connect() as connection:
        connection.execute("SET maintenance_work_mem = '400MB'; SET session_replication_role = replica")  # keys hold
        for name, value in zip(("first", "last"), values, strict=False):
            statement = statement.replace(f":{name}", str(value))
        connection.execute(statement)
