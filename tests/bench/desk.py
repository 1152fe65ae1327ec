"""The Registration Authority's desk among a million and a half people and ten million events."""

import logging
import os
import resource
import time
from collections import namedtuple
from contextlib import contextmanager
from io import StringIO
from itertools import islice
from pathlib import Path

import django
import psycopg
from django.core.management import call_command
from django.db import DatabaseError

from tests import kinds
from tests.bench import desk_rows

NAME, INSERTS = "bench_desk", 2_000
Some = namedtuple("Some", "id user_id email given organisation_id reference common rare")

Asked = namedtuple("Asked", "milliseconds statements slowest status")
PEOPLE, EVENTS, REACH = "/admin/careid/profile/", "/admin/careid/event/", "/admin/authenticators/"
# Whom each admin looks after: all, and organisations of these sizes.
ADMINS = {"superuser": None, "200,000": "R0001", "10,000": "R0002", "some 300": "R2000"}


def pages(some):
    """What is looked at, by the words that are printed. `some` is a person with a name that many begin with."""
    events, slugs = EVENTS + "?q=", kinds.slugs()
    return {
        "people": PEOPLE,
        "people, page 19": PEOPLE + "?p=19",
        "find: user id": f"{PEOPLE}?q={some.user_id}",
        "find: reference": f"{PEOPLE}?q={some.reference}",
        "find: common family name": f"{PEOPLE}?q={some.common}",
        "find: rare family name": f"{PEOPLE}?q={some.rare}",
        "find: one letter": f"{PEOPLE}?q=k",
        "find: start of an email": f"{PEOPLE}?q={some.email[:-12]}",
        "find: given and family name": f"{PEOPLE}?q={some.given}+{some.common}",
        "find: nobody": f"{PEOPLE}?q=xyzzy",
        "filter: no number": PEOPLE + "?number=no",
        "filter: no email": PEOPLE + "?address=no",
        "filter: closed": PEOPLE + "?state__exact=closed",
        "filter: closed, no number, no email": PEOPLE + "?state__exact=closed&number=no&address=no",
        "filter: closed, invited, has one": f"{PEOPLE}?state__exact=closed&invited=waiting&has={slugs[-1]}",
        "filter: lacks one": f"{PEOPLE}?has=no-{slugs[0]}",
        **{f"filter: has {slug}": f"{PEOPLE}?has={slug}" for slug in slugs},
        "filter: added in a day": PEOPLE + "?added=1",
        "filter: added in 90 days": PEOPLE + "?added=90",
        "filter: invited and added": PEOPLE + "?invited=added",
        "filter: invited and waiting": PEOPLE + "?invited=waiting",
        "filter: not invited": PEOPLE + "?invited=no",
        "filter: an organisation": f"{PEOPLE}?organisation__id__exact={some.organisation_id}",
        "common name, closed": f"{PEOPLE}?q={some.common}&state__exact=closed",
        "a person": f"{PEOPLE}{some.id}/change/",
        "invite a filtered list (page)": f"{PEOPLE}invite/?has=no-{slugs[0]}&number=yes",
        "events": EVENTS,
        "events, page 19": EVENTS + "?p=19",
        "events: reference": events + some.reference,
        "events: user id": events + some.user_id,
        "events: family name": events + some.common,
        "events: email": events + some.email,
        "events: a common name of event": EVENTS + "?name__exact=identity.matched",
        "events: one that never was": EVENTS + "?name__exact=admin.locked",
        "events: refused": EVENTS + "?outcome=refused",
        "events: failed": EVENTS + "?outcome=failed",
        "events: name and outcome": EVENTS + "?name__exact=authenticator.added&outcome=refused",
        "authenticators": REACH + "authenticator/",
        "authenticators: revoked": REACH + "authenticator/?state__exact=revoked",
        **{f"authenticators: {slug}": f"{REACH}authenticator/?kind__exact={slug}" for slug in slugs},
        "authenticators: user id": f"{REACH}authenticator/?q={some.user_id}",
        "authenticators: family name": f"{REACH}authenticator/?q={some.common}",
        "reports": REACH + "report/",
        "organisations": "/admin/careid/organisation/",
        "dashboard": PEOPLE + "dashboard/",
    }


def ask(client, path):
    """The best of two: what is read for the first time is the disk's time, not ours."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    best = None
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            started = time.perf_counter()
            try:
                status = client.get(path).status_code
            except DatabaseError as error:
                status = str(error).splitlines()[0]
            taken = (time.perf_counter() - started) * 1000
        slowest = max(asked.captured_queries, key=lambda one: float(one["time"]), default={"time": 0, "sql": ""})
        told = Asked(taken, len(asked), slowest, status)
        best = min([told, *([best] if best else [])])
    return best


SECOND, ROWS, SEALED = 1_000, 100_000, 1_000_000


def main():
    import tests.environment  # noqa: F401  keys, and a Postgres of this folder

    with database():
        begun = time.perf_counter()
        desk_rows.fill(connect)
        heading(f"{desk_rows.PEOPLE:,} people and {desk_rows.EVENTS:,} events")
        say("rows made in", f"{time.perf_counter() - begun:.0f} s")
        for who, code in ADMINS.items():
            looked_at(who, code)
        exported()
        sealed()


@contextmanager
def database():
    """A database of its own, dropped afterwards; its order of letters is no longer C's, as with most servers."""
    usual = os.environ["DATABASE_URL"]
    os.environ |= {"DATABASE_URL": usual.replace("/careid?", f"/{NAME}?"), "DJANGO_SETTINGS_MODULE": "careid.settings"}
    with psycopg.connect(usual, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {NAME} TEMPLATE template0 LOCALE 'C.UTF-8'")
        try:
            django.setup()
            logging.disable(logging.CRITICAL)
            call_command("migrate", verbosity=0)
            yield
        finally:
            django.db.connection.close_pool()
            server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def connect():
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def looked_at(who, code):
    from django.test import Client

    from tests.desk.door.admins import signed_in

    client, some = signed_in(Client(), admin(code)), somebody(code)
    heading(f"The desk, for an admin of {who}")
    for words, path in pages(some).items():
        told = ask(client, path)
        reached = told.status in {200, 302} and told.milliseconds < SECOND
        say(words, f"{told.milliseconds:.0f} ms, {told.statements} statements {told.status}", reached, "a second")


def admin(code):
    from django.contrib.auth.models import Group, User

    from careid.people.models import Organisation

    user = User.objects.create_user(f"bench-{code}", is_staff=True, is_superuser=code is None)
    if code:
        user.organisations.add(Organisation.objects.get(code=code))
        user.groups.add(Group.objects.get(name="RA manager"))
    return user


def somebody(code):
    """A person of that organisation with a past, and names of which one is common and one is not."""
    with connect() as server:
        row = server.execute(
            """SELECT p.id, user_id, email, given_name, organisation_id, e.reference FROM careid_event e
               JOIN careid_profile p ON p.id = e.profile_id WHERE e.organisation = %s AND email IS NOT NULL
               ORDER BY at DESC LIMIT 1""", [code or "R0001"]).fetchone()  # fmt: skip
        names = server.execute(
            "SELECT family_name FROM careid_profile WHERE id < 50000 GROUP BY 1 ORDER BY count(*) DESC, 1"
        ).fetchall()
    return Some(*row, names[0][0], names[-1][0])


def exported():
    """A file of everybody's first rows, and what it holds in memory; the seconds of the whole report."""
    from django.http import StreamingHttpResponse

    from careid.people.models import Profile
    from desk import exports

    heading("Files")
    file: StreamingHttpResponse = exports.download(Profile.objects.all(), by="system", organisations=[])
    lines = iter(file.streaming_content)
    next(lines)
    before, begun = peak(), time.perf_counter()
    for _ in islice(lines, ROWS):
        pass
    taken = time.perf_counter() - begun
    say("people as CSV", f"{ROWS / taken:,.0f} rows a second, {peak() - before:.0f} MB more in memory")
    rare = Profile.objects.filter(state="closed", email=None, nino_fingerprint=None)
    begun = time.perf_counter()
    count = sum(1 for _ in exports.download(rare, by="system", organisations=[]).streaming_content)
    say("  of a rare kind", f"{count} rows in {time.perf_counter() - begun:.1f} s")
    begun = time.perf_counter()
    call_command("report", totals=True, stdout=StringIO())
    say("manage.py report --totals", f"{time.perf_counter() - begun:.1f} s")
    begun, before = time.perf_counter(), peak()
    with Path(os.devnull).open("w") as nowhere:
        call_command("report", stdout=nowhere)
    say("manage.py report", f"{time.perf_counter() - begun:.0f} s, {peak() - before:.0f} MB more in memory")


def sealed():
    """A million events: sealed, and verified."""
    from careid.trail.models import Event
    from careid.trail.seals import sealing, verifying

    heading("The trail")
    with connect() as server:
        server.execute("SET session_replication_role = replica")
        server.execute(f"CREATE TABLE newest AS TABLE careid_event OFFSET {desk_rows.EVENTS - SEALED}")
        server.execute("TRUNCATE careid_event")
        server.execute("INSERT INTO careid_event SELECT * FROM newest")
        server.execute("VACUUM ANALYZE careid_event")
    begun = time.perf_counter()
    count = sealing.seal()
    taken = time.perf_counter() - begun
    say("sealed", f"{count:,} events, {count / taken:,.0f} a second")
    begun = time.perf_counter()
    report = verifying.verify()
    taken = time.perf_counter() - begun
    assert not report.found, report.found[:3]
    say("audit verify", f"{report.events:,} events in {taken:.0f} s, {report.events / taken:,.0f} a second",
        taken * SEALED / report.events < 60, "a million a minute")  # fmt: skip
    begun = time.perf_counter()
    with connection_of_django().cursor() as cursor:
        for _ in range(INSERTS):
            cursor.execute("SELECT 1")
    least = time.perf_counter() - begun
    begun = time.perf_counter()
    for n in range(INSERTS):
        Event.objects.create(name="attempt.started", outcome="ok", actor="person", organisation="R0001", profile_id=n)
    say(
        "an event is written in",
        f"{(time.perf_counter() - begun - least) / INSERTS * 1e6:.0f} µs beside an empty statement",
    )


def connection_of_django():
    from django.db import connection

    return connection


def peak():
    """The most memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def heading(words):
    print(f"\n{words}", flush=True)


def say(what, figure, reached=None, target=""):
    verdict = "" if reached is None or reached else f"   MISSED ({target})"
    print(f"  {what:<40} {figure}{verdict}", flush=True)


if __name__ == "__main__":
    main()
