import pytest
from django.db import DatabaseError, connection, transaction

from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import browser_family, record, together

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE careid_event SET reason = 'other'",
        "DELETE FROM careid_event",
        "TRUNCATE careid_event",
        "INSERT INTO careid_event SELECT * FROM careid_event ON CONFLICT (sequence) DO UPDATE SET reason = 'other'",
    ],
)
def test_the_trail_takes_nothing_back(statement):
    record(EventName.COMMAND_RUN, actor="command:test")
    with pytest.raises(DatabaseError, match="append only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.get().reason == ""


def test_details_outside_the_schema_are_refused():
    with pytest.raises(ValueError, match="has no details"):
        record(EventName.AUTHENTICATOR_ADDED, details={"email": "ama@example.nhs.uk"})


def test_an_event_knows_where_it_came_from_and_no_full_address(visitor, person):
    visitor.client.post(
        "/details/",
        {"email": person.email, "national_insurance_number": person.nino},
        REMOTE_ADDR="203.0.113.77",
        headers={
            "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/600",
            "X-Request-ID": "abcdefgh-1",
        },
    )
    event = Event.objects.get(name="identity.matched")
    assert (event.network, event.browser, event.request_id) == ("203.0.113.0/24", "Safari on iPhone", "abcdefgh-1")
    assert (event.profile_id, event.organisation, event.actor) == (person.pk, "RX1", "person")


@pytest.mark.parametrize(
    ("header", "family"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150 Safari/537.36 Edg/150", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/150 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (X11; Linux) Gecko Firefox/140", "Firefox on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Version/19 Safari/605", "Safari on Mac"),
        ("curl\r\nX: forged \u202e", "a browser"),
        ("", "a browser"),
    ],
)
def test_a_browser_is_one_of_a_closed_list(header, family):
    assert browser_family(header) == family


def test_events_of_a_block_are_one_statement_in_the_order_they_were_recorded(db, django_assert_num_queries):
    names = [EventName.ATTEMPT_STARTED, EventName.IDENTITY_MATCHED, EventName.EMAIL_CODE_SENT]
    with django_assert_num_queries(1), together():
        for name in names:
            record(name)
    assert list(Event.objects.order_by("sequence").values_list("name", flat=True)) == names
    with pytest.raises(ZeroDivisionError), together():
        record(EventName.ATTEMPT_ENDED)
        raise ZeroDivisionError
    record(EventName.ATTEMPT_STARTED)
    assert Event.objects.count() == 4
