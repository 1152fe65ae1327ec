"""That the person is still here is noted once a minute, with what the same press writes where it writes anything."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enrolment.models import Attempt

pytestmark = pytest.mark.django_db


@pytest.fixture
def later():
    now = timezone.now() + timedelta(minutes=10)
    with time_machine.travel(now, tick=False):
        yield now


PRESSES = [
    ("/authenticators/totp/", {"sole_access": "on"}, 302, 1),
    ("/authenticators/", {"kind": "totp"}, 302, 1),
    ("/authenticators/totp/", {}, 422, 1),
    ("/code/again/", {}, 302, 1),
]


@pytest.mark.parametrize(("path", "fields", "status", "writes"), PRESSES)
def test_a_press_is_noted_once_whatever_comes_of_it(path, fields, status, writes, visitor, person, later):
    with time_machine.travel(later - timedelta(minutes=10)):
        visitor.verify(person)
    with CaptureQueriesContext(connection) as asked:
        assert visitor.client.post(path, fields).status_code == status
    assert Attempt.objects.get().last_seen_at == later
    assert sum('UPDATE "enrolment_attempt"' in query["sql"] for query in asked) == writes


def test_a_wrong_code_is_noted_too(visitor, person, later):
    with time_machine.travel(later - timedelta(minutes=9)):
        visitor.details(person)
    assert visitor.code("000000").status_code == 422
    assert Attempt.objects.get().last_seen_at == later


def test_a_page_that_is_looked_at_is_noted_before_it_is_shown(visitor, person, later):
    with time_machine.travel(later - timedelta(minutes=9)):
        visitor.verify(person)
    visitor.client.get("/authenticators/")
    assert Attempt.objects.get().last_seen_at == later
