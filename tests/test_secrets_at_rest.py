import hashlib
import re

import pytest
from django.conf import settings
from django.db import connection

from tests import kinds
from tests.visitors import Visitor, newest_code, post


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", kinds.by_forms())
def test_a_dump_of_the_whole_database_after_the_journey_holds_no_secret(kind, person):
    """What a thief of the database finds, every column of every table: text as it stands, bytes as bytes."""
    visitor = Visitor()
    visitor.details(person)
    mailed = newest_code()
    visitor.code(mailed)
    shown = kinds.secrets(kind, visitor.go_on(kind))
    halfway = dump()
    visitor.finish()
    visitor.client.post("/authenticators/another/")
    waiting = dump()  # with a code in the queue
    stranger = Visitor()
    stranger.details(email="nobody.knows@example.org", nino="PP999999A")
    after = dump()
    second = re.search(r"^\s*(\d{6})\s*$", post()[-1].body, re.MULTILINE).group(1)
    cookie = visitor.client.cookies[settings.ATTEMPT_COOKIE].value
    secrets = [*shown, person.nino, cookie, "nobody.knows", "PP999999A"]
    hashes = [getattr(hashlib, name)(person.nino.encode()).hexdigest() for name in ("md5", "sha1", "sha256", "sha512")]
    for copy in (halfway, waiting, after):
        for secret in [*secrets, *hashes]:
            assert secret.encode() not in copy, secret
    assert person.email.encode() in after  # the dump does hold what is kept
    for code in (mailed, second):
        assert not re.search(rb"(?<![\d.:+-])" + code.encode() + rb"(?!\d)", waiting)


def dump():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        parts = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            parts += [
                bytes(value) if isinstance(value, memoryview | bytes) else str(value).encode()
                for row in cursor.fetchall()
                for value in row
            ]
    return b"\n".join(parts)
