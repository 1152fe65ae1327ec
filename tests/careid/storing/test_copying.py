"""Many rows at once, as one by one."""

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careid.limits.models import LimitCount
from careid.post.models import Mail
from careid.storing import copying
from careid.trail.models import Event

pytestmark = pytest.mark.django_db


def mails(many, **fields):
    content = {"to": "ama@example.org", "subject": "a\tb\\N", "body": "Grüße\n\nend"}
    return [Mail(template="code", content=content, **fields) for _ in range(many)]


def test_rows_are_those_that_were_given_what_is_sealed_is_sealed_to_its_own(person):
    rows = mails(3, profile=person, about="move:1", organisation="RX1")
    with CaptureQueriesContext(connection) as asked:
        copying.add(rows)
    assert not any("INSERT" in one["sql"] for one in asked)
    there = Mail.objects.in_bulk([one.pk for one in rows])
    for one in rows:
        kept = there[one.pk]
        assert (kept.content, kept.queued_at, kept.profile) == (one.content, one.queued_at, person)
        assert (kept.about, kept.not_after, kept.allowed) == ("move:1", None, False)


def test_what_was_added_is_saved_again_as_a_row_that_is_there(db):
    [one] = rows = mails(1)
    copying.add(rows)
    one.reference = "7K4-Q2M"
    one.save()
    assert Mail.objects.get().reference == "7K4-Q2M"


def test_the_database_gives_the_keys_that_are_its_own(db):
    at = "2026-11-30T09:00Z"
    copying.add([LimitCount(limit="start", subject=bytes([n, 0, 92, 10]), until=at, count=n) for n in range(3)])
    assert sorted(bytes(one.subject)[0] for one in LimitCount.objects.all()) == [0, 1, 2]
    assert len(set(LimitCount.objects.values_list("pk", flat=True))) == 3


def test_what_breaks_a_rule_of_the_table_is_none_of_it_there(transactional_db):
    [one, other] = mails(2)
    other.pk = one.pk
    with pytest.raises(psycopg.errors.UniqueViolation):
        copying.add([one, other])
    assert not Mail.objects.exists()


def test_no_row_is_no_statement(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        copying.add([])
    assert not Event.objects.exists()
