"""The dashboard: what it counts, for whom, and that each drawing is a table too."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.people.models import Organisation
from careid.trail.models import Event
from desk import dashboard
from tests import kinds
from tests.desk.door.admins import role

pytestmark = pytest.mark.django_db
PAGE = "/admin/careid/profile/dashboard/"


def event(name, **fields):
    return Event.objects.create(**{"name": name, "outcome": "ok", "actor": "person", "organisation": "RX1", **fields})


def app(person, **fields):
    serial = Authenticator.objects.count()
    return Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id=str(serial), material={}, added_by="person", **fields
    )


def of(chart):
    return [(bar.label, bar.value) for bar in chart.bars]


@pytest.fixture
def user(organisation):
    return role("RA agent", organisation).user


def test_reach_counts_people_with_each_kind_and_nobody_twice(user, make_person):
    first, second = make_person(), make_person()
    make_person(), make_person(state="closed", closed_reason="leaver")
    app(first), app(first), app(second, state="revoked", state_reason="lost")
    shares = ["1 (33%)" if kind == kinds.some_kind() else "0 (0%)" for kind in KINDS]
    assert dashboard.reach(user) == [
        ["All your organisations", 3, *shares],
        ["Riverside Community Trust", 3, *("1 (33%)" if kind == kinds.some_kind() else "0 (0%)" for kind in KINDS)],
    ]


def test_a_day_without_any_has_its_bar_too(user):
    event("authenticator.added"), event("authenticator.added", at=timezone.now() - timedelta(days=2))
    event("authenticator.added", at=timezone.now() - timedelta(days=31))
    values = [value for _, value in of(dashboard.enrolments(user))]
    assert values == [0] * 27 + [1, 0, 1]


def test_the_funnel_counts_an_attempt_once_a_step(user):
    one, other = uuid4(), uuid4()
    for attempt in (one, other):
        event("attempt.started", attempt_id=attempt)
    event("identity.matched", attempt_id=one)
    event("email_code.accepted", attempt_id=one), event("email_code.accepted", attempt_id=one)
    assert of(dashboard.funnel(user)) == [
        ("Typed their details", 2),
        ("The details matched", 1),
        ("Typed the code from the email", 1),
        ("Added an authenticator", 0),
    ]


def test_reasons_come_in_words_the_commonest_first(user):
    for reason in ("wrong", "number_differs", "number_differs"):
        event("identity.not_matched", outcome="refused", reason=reason)
    assert of(dashboard.failures(user)) == [
        ("The details did not match: the National Insurance number typed is not the one on file", 2),
        ("The details did not match: a wrong code was typed", 1),
    ]


def test_no_row_of_why_it_failed_is_a_protocols_word(user):
    said = {one: {why.value: why.words for why in kind.reasons} for one, kind in KINDS.items()}
    for kind, reasons in said.items():
        for reason, words in reasons.items():
            assert dashboard.words.failure("ceremony.rejected", reason, kind) == f"{KINDS[kind].title}: {words}"
            assert words.lower() != reason.replace("_", " ")


def test_the_funnel_tells_shares_and_each_row_leads_to_its_events(organisation, person):
    one, other = uuid4(), uuid4()
    for attempt in (one, other):
        event("attempt.started", attempt_id=attempt)
    event("identity.matched", attempt_id=one)
    event("identity.not_matched", attempt_id=other, outcome="refused", reason="number_differs", reference="7K4-Q2M")
    event("identity.not_matched", outcome="refused", reason="no_number", reference="7K4-Q2N")
    client = role("RA agent", organisation)
    page = client.get(PAGE).content.decode()
    assert "2 (100%)" in page
    assert "1 (50%)" in page
    [address] = re.findall(r'href="([^"]+reason=number_differs[^"]*)"', page)
    found = client.get(address.replace("&amp;", "&"))
    assert [one.reference for one in found.context["cl"].result_list] == ["7K4-Q2M"]
    assert "typed is not the one on file" in found.content.decode()
    assert "reason=number_differs" not in role("Sponsor", organisation).get(PAGE).content.decode()


def test_it_is_of_the_admins_own_organisations_alone(organisation, make_person):
    other = Organisation.objects.create(code="RX2", name="Hillside Surgery")
    app(make_person(organisation=other))
    event("authenticator.added", organisation="RX2"), event("ceremony.rejected", outcome="refused", reason="cancelled", organisation="RX2")  # fmt: skip
    client = role("RA agent", organisation)
    assert dashboard.reach(client.user) == []
    assert sum(value for _, value in of(dashboard.enrolments(client.user))) == 0
    page = client.get(PAGE).content.decode()
    assert "Hillside" not in page
    assert "cancelled" not in page
    assert "Hillside" in role("Auditor", other).get(PAGE).content.decode()


def test_each_drawing_is_a_table_too(organisation, person):
    event("authenticator.added", attempt_id=uuid4())
    event("attempt.started", attempt_id=uuid4()), event("ceremony.rejected", outcome="refused", reason="cancelled")
    page = role("Auditor", organisation).get(PAGE).content.decode()
    assert page.count('role="img"') == page.count("As a table") == 1
    assert page.count("desk-bars") == 2  # these are tables, with a bar in each row
    assert "style=" not in page


def test_what_people_sign_in_with_is_told_by_when_it_was_used_last(user, make_person):
    now, person = timezone.now(), make_person()
    for used in (now, now - timedelta(days=3), now - timedelta(days=20), now - timedelta(days=90), None):
        app(person, last_used_at=used)
    app(make_person(state="closed", closed_reason="leaver"), last_used_at=now)
    app(make_person(), last_used_at=now, state="revoked", state_reason="lost")
    app(make_person(organisation=Organisation.objects.create(code="RX2")), last_used_at=now)
    assert dashboard.in_use(user) == [[KINDS[kinds.some_kind()].title, 5, 1, 2, 3, 1]]


def test_why_signing_in_failed_stands_apart_from_why_adding_did_and_is_of_one_day(user):
    refused = {"outcome": "refused", "reason": "on_hold", "details": {"kind": kinds.some_kind()}}
    event("sign_in.refused", **refused), event("sign_in.refused", **refused | {"organisation": "RX2"})
    event("sign_in.refused", **refused, at=timezone.now() - timedelta(days=2))
    event("identity.not_matched", outcome="refused", reason="closed")
    assert of(dashboard.shut_out(user)) == [(f"{KINDS[kinds.some_kind()].title}: it is on hold", 1)]
    assert [value for _, value in of(dashboard.failures(user))] == [1]
    [bar] = dashboard.shut_out(user).bars
    assert "days=1" in bar.address
