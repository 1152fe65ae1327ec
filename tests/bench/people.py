"""People to measure with: those who enrol, with numbers of their own, and the million beside them."""

from collections import namedtuple

from tests import kinds

Person = namedtuple("Person", "email nino")

COLUMNS = """user_id, given_name, family_name, email, nino_fingerprint, identity_level, organisation_id, state,
    closed_reason, source, user_handle, created_at"""
# Rows by the database itself. Their fingerprints are of nobody's number, and have a fingerprint's length and spread.
CROWD = f"""
INSERT INTO careid_profile ({COLUMNS})
SELECT lpad(n::text, 12, '0'), 'Ama', 'Sample' || n %% 5000, 'person' || n || '@crowd.example.nhs.uk',
    'i1:' || encode(sha256(n::text::bytea), 'hex'), 3, (SELECT id FROM careid_organisation WHERE code = 'RX1'),
    'open', '', 'import', sha256(('handle' || n)::bytea), now()
FROM generate_series(%s::bigint, %s::bigint) AS n"""
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = 'careid_profile'::regclass
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"""


def organisations(connection):
    switches = kinds.organisation()
    connection.execute(
        f"""INSERT INTO careid_organisation (code, name, takes_part, kinds_off, email_domains, ra_name,
               ra_email, ra_phone, ra_hours {"".join(f", {name}" for name in switches)})
           SELECT code, name, takes_part, '{{}}', '{{}}', 'Riverside RA', 'ra@riverside.example.nhs.uk',
               '01632 960200', '' {"".join(f", {value}" for value in switches.values())} FROM (VALUES ('RX1', 'Riverside Community Trust', true), ('OFF', 'Elsewhere', false))
               AS o (code, name, takes_part)"""
    )
    connection.execute(
        "INSERT INTO careid_service (name, address, description) SELECT 'Service ' || n, '', '' FROM generate_series(1, 4) n"
    )


def crowd(connection, first, last):
    """Profiles from number `first` to `last`."""
    aside = connection.execute(INDEXES).fetchall()  # built afterwards, which is several times as fast
    for name, _ in aside:
        connection.execute(f"DROP INDEX {name}")
    connection.execute(CROWD, [first, last])
    for _, made in aside:
        connection.execute(made)
    connection.execute("VACUUM ANALYZE careid_profile")


class Register:
    """Hands out people who are on file, each once."""

    def __init__(self, connection):
        self.connection, self.serial = connection, 0

    def people(self, count, *, state="open", organisation="RX1", number=True):
        """New profiles, and what each would type."""
        from careid.storing import crypto

        first, self.serial = self.serial + 1, self.serial + count
        made = [Person(f"ama.sample{n:06}@example.nhs.uk", f"PP{n:06}A") for n in range(first, self.serial + 1)]
        rows = [
            (f"9999{first + at:08}", "Ama", "Sample", one.email, crypto.fingerprint(one.nino) if number else None, 3,
             self._organisation(organisation), state, "" if state == "open" else "leaver", "import",
             (first + at).to_bytes(32, "big"))
            for at, one in enumerate(made)
        ]  # fmt: skip
        with self.connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO careid_profile ({COLUMNS}) VALUES ({', '.join(['%s'] * 11)}, now())", rows)
        return made

    def _organisation(self, code):
        return self.connection.execute("SELECT id FROM careid_organisation WHERE code = %s", [code]).fetchone()[0]
