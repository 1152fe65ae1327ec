"""The Registration Authority's desk among a million and a half people and ten million events."""

import time
from collections import namedtuple

Asked = namedtuple("Asked", "milliseconds statements slowest status")
PEOPLE, EVENTS, REACH = "/admin/careid/profile/", "/admin/careid/event/", "/admin/authenticators/"
# Whom each admin looks after: all, and organisations of these sizes.
ADMINS = {"superuser": None, "200,000": "R0001", "10,000": "R0002", "some 300": "R2000"}


def pages(some):
    """What is looked at, by the words that are printed. `some` is a person with a name that many begin with."""
    events = EVENTS + "?q="
    return {
        "people": PEOPLE,
        "people, page 150": PEOPLE + "?p=150",
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
        "filter: closed, invited, has a passkey": PEOPLE + "?state__exact=closed&invited=waiting&has=passkey",
        "filter: has an app": PEOPLE + "?has=totp",
        "filter: lacks an app": PEOPLE + "?has=no-totp",
        "filter: has NHS.net Connect": PEOPLE + "?has=nhsnet",
        "filter: added in a day": PEOPLE + "?added=1",
        "filter: added in 90 days": PEOPLE + "?added=90",
        "filter: invited and added": PEOPLE + "?invited=added",
        "filter: invited and waiting": PEOPLE + "?invited=waiting",
        "filter: not invited": PEOPLE + "?invited=no",
        "filter: an organisation": f"{PEOPLE}?organisation__id__exact={some.organisation_id}",
        "common name, closed": f"{PEOPLE}?q={some.common}&state__exact=closed",
        "a person": f"{PEOPLE}{some.id}/change/",
        "invite a filtered list (page)": f"{PEOPLE}invite/?has=no-totp&number=yes",
        "events": EVENTS,
        "events, page 150": EVENTS + "?p=150",
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
        "authenticators: NHS.net": REACH + "authenticator/?kind__exact=nhsnet",
        "authenticators: user id": f"{REACH}authenticator/?q={some.user_id}",
        "authenticators: family name": f"{REACH}authenticator/?q={some.common}",
        "reports": REACH + "report/",
        "organisations": "/admin/careid/organisation/",
        "dashboard": PEOPLE + "dashboard/",
    }


def ask(client, path):
    """The best of two: what is read for the first time is the disk's time, not ours."""
    from django.db import DatabaseError, connection
    from django.test.utils import CaptureQueriesContext

    best = None
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            started = time.perf_counter()
            try:
                status = client.get(path).status_code
            except DatabaseError as error:  # it took longer than a statement may
                status = str(error).splitlines()[0][:60]
            taken = (time.perf_counter() - started) * 1000
        slowest = max(asked.captured_queries, key=lambda one: float(one["time"]), default={"time": 0, "sql": ""})
        told = Asked(taken, len(asked), slowest, status)
        best = min([told, *([best] if best else [])])
    return best
