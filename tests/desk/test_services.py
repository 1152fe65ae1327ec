"""A service at the desk: its clients, who signed in with what, what failed and why; and that this stays cheap."""

import re
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.people.services import Service
from careid.trail.models import Event
from desk import services
from sign_in.models import SignIn
from sign_in.words import Why
from tests import kinds
from tests.desk.door.admins import role
from tests.plans import never_counted
from tests.provider import relying

pytestmark = pytest.mark.django_db
KIND = KINDS[kinds.some_kind()]


@pytest.fixture
def service(db):
    return Service.objects.create(name="Vaccinations")


@pytest.fixture
def client_id(service):
    return relying.make(service=service, client_id="vaccinations.apps").row.client_id


@pytest.fixture
def signed_in(person):
    one = Authenticator.objects.create(profile=person, kind=KIND.slug, external_id="x", material={}, added_by="person")

    def sign_in(client_id, at=None, amr=KIND.sign_in.amr):
        of = {"session_id": uuid4(), "profile": person, "authenticator": one, "visit_id": uuid4()}
        return SignIn.objects.create(**of, at=at or timezone.now(), level=2, amr=amr, acr="X", client=client_id)

    return sign_in


def event(name, outcome, reason="", at=None, **details):
    at = at or timezone.now()
    return Event.objects.create(name=name, outcome=outcome, reason=reason, actor="person", at=at, details=details)


def page(client, service):
    answer = client.get(f"/admin/careid/service/{service.pk}/change/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def noon(days_ago):
    return timezone.make_aware(datetime.combine(timezone.localdate() - timedelta(days=days_ago), time(12)))


def test_its_clients_stand_there_with_whether_they_are_on(admin_client, service, client_id):
    relying.make("none", service=service, client_id="old.apps", is_on=False)
    relying.make(client_id="anothers.apps")
    text = page(admin_client, service)
    assert re.search(r"vaccinations\.apps(</a>)?</th><td>On</td><td>by a secret in the body", text)
    assert re.search(r"old\.apps(</a>)?</th><td>Switched off</td>", text)
    assert "anothers.apps" not in text


def test_a_service_without_a_client_says_so_and_has_no_figures(admin_client, service):
    text = page(admin_client, service)
    assert "nobody signs in to it through this portal" in text
    assert "Sign-ins each day" not in text


def test_sign_ins_are_counted_by_their_day_here_and_by_their_way(service, client_id, signed_in):
    signed_in(client_id), signed_in(client_id, noon(2)), signed_in(client_id, noon(2))
    signed_in(client_id, noon(29)), signed_in(client_id, noon(30))
    signed_in("anothers.apps"), signed_in("")
    found = services.figures(service)
    assert [bar.value for bar in found.days.bars] == [1, *[0] * 26, 2, 0, 1]
    assert found.ways == [(KIND.title, 4, 0)]


def test_a_day_begins_at_midnight_here_the_summer_too(service, client_id, signed_in):
    begins = services._begins(timezone.localdate())
    signed_in(client_id, begins), signed_in(client_id, begins - timedelta(microseconds=1))
    assert [bar.value for bar in services.figures(service).days.bars][-2:] == [1, 1]
    july, november = (services._begins(datetime(2026, month, 15).date()) for month in (7, 11))  # noqa: DTZ001  a date
    assert [at.utcoffset() // timedelta(hours=1) for at in (july, november)] == [1, 0]


def test_what_failed_is_told_in_words_the_commonest_first(service, client_id):
    for _ in range(3):
        event("client.refused", "refused", "secret", client=client_id)
    for _ in range(2):
        event("sign_in.refused", "refused", "suspended", client=client_id, kind=KIND.slug)
    event("logout.failed", "failed", client=client_id, answer="500")
    event("code.replayed", "refused", client=client_id)
    event("client.refused", "refused", "secret", client="anothers.apps")
    event("client.refused", "refused", "key", client=client_id, at=timezone.now() - timedelta(days=31))
    event("sign_in.succeeded", "ok", client=client_id, kind=KIND.slug)
    found = services.figures(service)
    said = [(bar.label, bar.value) for bar in found.failures.bars]
    assert said[:2] == [
        ("A service could not prove who it is: its secret is wrong", 3),
        (f"{KIND.title}: {Why.SUSPENDED.words}", 2),
    ]
    assert set(said[2:]) == {
        ("A service did not hear that they are signed out: it answered 500", 1),
        ("A code of a service was used twice", 1),
    }
    assert found.ways == [(KIND.title, 0, 2)]


def test_a_way_that_is_here_no_more_is_counted_by_its_name(service, client_id, signed_in):
    signed_in(client_id, amr="CARD")
    assert services.figures(service).ways == [("CARD", 1, 0)]


def test_the_page_shows_it_to_operators_alone(admin_client, organisation, service, client_id, signed_in):
    signed_in(client_id)
    text = page(admin_client, service)
    assert "Sign-ins each day, in the last 30 days" in text
    assert "1 in all, 1 on the busiest day" in text
    assert f'<th scope="row">{KIND.title}</th><td>1</td><td>0</td>' in text
    theirs = page(role("RA manager", organisation), service)
    assert "vaccinations.apps" in theirs
    assert "Sign-ins each day" not in theirs


def test_figures_take_three_statements_each_by_an_index(service, client_id):
    asked = CaptureQueriesContext(connection)
    with asked:
        services.figures(service)
    assert len(asked) == 3
    never_counted("sign_in_signin", "careid_event")
    with connection.cursor() as cursor:
        plans = []
        for query in asked.captured_queries[1:]:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    assert "Index Only Scan using sign_in_for_client" in plans[0]
    assert re.search(r"Index Cond: .*client.*at >=.*at <", plans[0])
    assert "Index Scan using event_of_client_not_ok" in plans[1]
    assert re.search(r"Index Cond: .*client.*at >=", plans[1])
