"""People who signed in to services for three months, made by the database itself. Nobody in it is anybody."""

from concurrent.futures import ThreadPoolExecutor

from tests import kinds

CLIENTS, TABLES = 10_000, 5
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"""
UNIQUE = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'u' AND conrelid = %s::regclass"""
CONSTRAINT = ("ALTER TABLE {0} DROP CONSTRAINT {1}", "ALTER TABLE {0} ADD CONSTRAINT {1} {2}")
AUTHENTICATORS = f"""
INSERT INTO authenticators_authenticator (id, profile_id, kind, external_id, name, material, details, added_at,
    added_by, usable_from, state, state_reason, state_changed_at)
SELECT md5('a' || id)::uuid, id, '{kinds.some_kind()}', 'crowd' || id, '', '', '{{}}', made, 'person', made, 'active', '', made
FROM careid_profile, LATERAL (SELECT now() - interval '1 year' AS made) AS times"""
OF_SERVICES = """
INSERT INTO provider_client (id, service_id, client_id, is_on, token_endpoint_auth_method,
    token_endpoint_auth_signing_alg, jwks_uri, fetch_fault, redirect_uris, post_logout_redirect_uris,
    backchannel_logout_uri, scopes, default_acr_values, id_token_signed_response_alg, needs_pkce, needs_role, made_at)
SELECT n, (SELECT min(id) FROM careid_service), 'client' || n, true, 'client_secret_post', 'RS512', '', '',
    ARRAY['https://service' || n || '.example.nhs.uk/back'], '{}', 'https://service' || n || '.example.nhs.uk/out',
    '{openid,profile}', 'AAL2_ANY', 'RS256', true, false, now() FROM generate_series(1, :clients) n"""
# A session each so many seconds, of whoever it falls to: left to itself, signed out of, or at its end after twelve hours.
BEGUN = """(SELECT (SELECT min(id) FROM careid_profile) + n % 10000 AS profile, 1 + n % :clients AS client,
    now() - n * (interval '90 days' / :each) AS begun, CASE n % 4 WHEN 0 THEN 'idle' WHEN 2 THEN 'signed_out' ELSE 'over' END AS way) AS one,
    LATERAL (SELECT begun + CASE way WHEN 'over' THEN interval '12 hours' ELSE interval '30 minutes' END AS until) AS two"""
SESSIONS = f"""
INSERT INTO sign_in_session (id, profile_id, token_hash, newest_id, started_at, last_seen_at, ended_at, ended_reason,
    browser, network)
SELECT md5('s' || n)::uuid, profile, sha256(('s' || n)::bytea), md5('p' || n)::uuid, begun, least(until, now()),
    CASE WHEN until < now() THEN until END, CASE WHEN until < now() THEN way ELSE '' END, 'Firefox on Windows', '10.0.0.0/24'
FROM generate_series(1, :each) n, LATERAL {BEGUN}"""
SIGN_INS = f"""
INSERT INTO sign_in_signin (id, session_id, profile_id, authenticator_id, visit_id, at, level, amr, acr, client,
    service, browser, network)
SELECT md5('p' || n)::uuid, md5('s' || n)::uuid, profile, md5('a' || profile)::uuid, md5('v' || n)::uuid, begun, 2,
    'SOME', 'AAL2_SOME', 'client' || client, 'Service', 'Firefox on Windows', '10.0.0.0/24'
FROM generate_series(1, :each) n, LATERAL {BEGUN}"""
LOGOUTS = f"""
INSERT INTO provider_logout (id, session_id, client_id, profile_id, made_at, over_at, state, tries, answer, settled_at)
SELECT md5('l' || n)::uuid, md5('s' || n)::uuid, client, profile, begun, begun + interval '12 hours',
    CASE WHEN over THEN 'told' ELSE 'listening' END, 1, '200', CASE WHEN over THEN until END
FROM generate_series(1, :each) n, LATERAL {BEGUN},
    LATERAL (SELECT begun + interval '12 hours' < now() OR way = 'signed_out' AND until < now() AS over) AS three"""
# Of these so many are made in ten minutes in truth. None is past its time while it is measured, nor purged.
CODES = f"""
INSERT INTO provider_code (id, code_hash, client_id, sign_in_id, redirect_uri, nonce, code_challenge, scopes, role, acr,
    made_at, expires_at, used_at)
SELECT md5('c' || n)::uuid, sha256(('c' || n)::bytea), client, md5('p' || n)::uuid, 'https://service.example.nhs.uk/back',
    'a nonce', repeat('x', 43), '{{openid,profile}}', '', 'AAL2_ANY', soon, soon + interval '60 s', soon + interval '1 s'
FROM generate_series(1, :each) n, LATERAL {BEGUN},
    LATERAL (SELECT now() + n * (interval '1 day' / :each) AS soon) AS three"""
TOKENS = f"""
INSERT INTO provider_token (id, token_hash, code_id, client_id, sign_in_id, scopes, role, acr, made_at, expires_at)
SELECT md5('t' || n)::uuid, sha256(('t' || n)::bytea), md5('c' || n)::uuid, client, md5('p' || n)::uuid,
    '{{openid,profile}}', '', 'AAL2_ANY', soon, soon + interval '10 minutes'
FROM generate_series(1, :each) n, LATERAL {BEGUN},
    LATERAL (SELECT now() + n * (interval '1 day' / :each) AS soon) AS three"""
OF_TABLES = {
    "sign_in_session": SESSIONS,
    "sign_in_signin": SIGN_INS,
    "provider_logout": LOGOUTS,
    "provider_code": CODES,
    "provider_token": TOKENS,
}


def fill(connect, each, clients):
    """So many rows in each of the five tables, and so many clients, by connections that `connect()` makes."""
    with connect() as one:
        one.execute(AUTHENTICATORS)
        one.execute(_of(OF_SERVICES, each, clients))
    with ThreadPoolExecutor(len(OF_TABLES)) as all_at_once:
        made = [
            all_at_once.submit(_fill, connect, name, _of(statement, each, clients))
            for name, statement in OF_TABLES.items()
        ]
    for one in made:
        one.result()
    with connect() as one:
        one.execute("VACUUM ANALYZE provider_client, authenticators_authenticator")
        one.execute("SELECT setval(pg_get_serial_sequence('provider_client', 'id'), %s)", [clients])


def _fill(connect, table, statement):
    """Indexes are built afterwards: far faster."""
    with connect() as connection:
        connection.execute("SET session_replication_role = replica")  # every key is there
        connection.execute("SET maintenance_work_mem = '400MB'")
        connection.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
        afterwards = []
        for found, how in ((UNIQUE, CONSTRAINT), (INDEXES, ("DROP INDEX {1}", "{2}"))):
            for name, definition in connection.execute(found, [table]).fetchall():
                drop, make = (words.format(table, name, definition) for words in how)
                connection.execute(drop)
                afterwards.append(make)
        for one in (statement, *afterwards, f"VACUUM ANALYZE {table}"):
            connection.execute(one)


def _of(statement, each, clients):
    return statement.replace(":each", str(each)).replace(":clients", str(clients))
