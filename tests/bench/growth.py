"""The same sign-in to a service among ten thousand rows and among ten million, in turns, and what the plans read."""

import json
import time
from collections import defaultdict, namedtuple
from contextlib import contextmanager
from statistics import median
from urllib.parse import parse_qs, urlencode, urlsplit

from tests import kinds
from tests.bench import lookup, peers, people, portal, relying, rows, services

FEW, MANY, ROUNDS, WARM_UP, LARGE, JOBS = 10_000, 10_000_000, 200, 20, 10_000, 5
Growth = namedtuple("Growth", "parts jobs plans")


def fill(database, many, clients):
    """So many rows over the tables that grow with sign-ins."""
    rows.fill(lambda: portal.connect(database), many // rows.TABLES, clients)


def measure(few, many):
    """Seconds of each request and of each job, by database, these two by their names; and what is read whole in `many`."""
    parts, jobs = (defaultdict(lambda: {few: [], many: []}) for _ in range(2))
    with lookup.connected(few) as in_few, lookup.connected(many) as in_many:
        flows = []
        for name, use in ((few, in_few), (many, in_many)):
            use()
            flows.append((name, use, Flow()))
        for at in range(ROUNDS + WARM_UP):
            for name, use, flow in flows:
                use()
                for part, seconds in flow.run(at).items() if at >= WARM_UP else ():
                    parts[part][name].append(seconds)
        for _ in range(JOBS):
            for name, use, _ in flows:
                use()
                for job, do in periodic().items():
                    jobs[job][name].append(_timed(do))
        with explained() as plans:
            flows[-1][2].run(0)
            for do in periodic().values():
                do()
    return Growth(
        *(
            {what: {of: median(all_) for of, all_ in two.items()} for what, two in taken.items()}
            for taken in (parts, jobs)
        ),
        plans,
    )


def periodic():
    """What the worker does again and again for sessions and services."""
    from provider import jobs
    from sign_in import jobs as sign_in_jobs

    each = {
        "tell_due": jobs.tell_due,
        "end_dead": sign_in_jobs.end_dead,
        "purge": jobs.purge,
        "sign_in.purge": sign_in_jobs.purge,
    }
    return {name: lambda job=job: job.func(timestamp=0) for name, job in each.items()}


class Flow:
    """Somebody who is signed in, and a service that asks: in this process, by whichever database is in use."""

    def __init__(self):
        from django.test import Client

        from careid.people.models import Profile
        from sign_in import sessions, visits
        from sign_in.browser import Browser

        services.client()
        with portal.connect(_name()) as connection:
            [person] = people.Register(connection).people(1)
        one = kinds.way(kinds.some_kind()).stored(Profile.objects.get(email=person.email))
        opened = sessions.open(visit=visits.begin(), authenticator=one, browser=Browser())
        self.browser, self.backend = (Client(headers={"host": "127.0.0.1"}) for _ in range(2))
        self.browser.cookies["careid-session"] = opened.token

    def run(self, at):
        """Seconds of each of the three requests."""
        taken = {}
        with _noting(taken, "authorize"):
            back = self.browser.get(self._question(), headers={"X-Forwarded-For": f"10.248.{at // 250}.{at % 250}"})
        asked = {
            "grant_type": "authorization_code",
            "code": parse_qs(urlsplit(back["Location"]).query)["code"][0],
            "redirect_uri": peers.REDIRECT,
            "code_verifier": relying.VERIFIER,
            "client_id": "bench",
            "client_secret": peers.SECRET,
        }
        with _noting(taken, "token"):
            given = self.backend.post(services.PATHS[1], urlencode(asked), relying.FORM["Content-Type"])
        with _noting(taken, "userinfo"):
            told = self.backend.get(
                services.PATHS[2], headers={"Authorization": f"Bearer {given.json()['access_token']}"}
            )
        assert told.json()["sub"]
        taken["all three"] = sum(taken.values())
        return taken

    def _question(self):
        return f"{services.PATHS[0]}?{urlencode(relying.asking('bench') | {'acr_values': 'AAL2_ANY'})}"


def _name():
    from django.db import connection

    return connection.settings_dict["NAME"]


def _timed(do):
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


@contextmanager
def _noting(taken, part):
    started = time.perf_counter()
    yield
    taken[part] = time.perf_counter() - started


@contextmanager
def explained():
    """The plan of every statement that is asked meanwhile and reads a table of any size as a whole, or much of one."""
    from django.db import connection

    found = {}
    large = {
        name
        for name, count in _ask(connection, "SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'")
        if count > LARGE
    }

    def explain(execute, sql, params, many, context):
        if sql.lstrip().split(None, 1)[0].upper() in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}:
            [(plan,)] = _ask(context["connection"], f"EXPLAIN (FORMAT JSON) {sql}", params)
            if read := set(_read(plan[0]["Plan"], large)):
                found[" ".join(sql.split())[:400]] = read
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield found


def _ask(connection, sql, params=None):
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        cursor.execute(sql, params)
        answer = cursor.fetchall()
    return [
        tuple(json.loads(one) if isinstance(one, str) and one.startswith("[") else one for one in row) for row in answer
    ]


def _read(plan, large):
    """The large tables that a plan reads from end to end, or so many rows of."""
    if plan.get("Relation Name") in large and (plan["Node Type"] == "Seq Scan" or plan["Plan Rows"] > LARGE):
        yield plan["Relation Name"], plan["Node Type"], plan["Plan Rows"]
    for below in plan.get("Plans", ()):
        yield from _read(below, large)
