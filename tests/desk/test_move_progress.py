"""How far a move has come, at the desk: figures, a chart against the last day, and a file."""

import csv
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apply.models import Invitation
from careid.people import spreadsheets
from careid.people.models import Organisation
from careid.trail.models import Event
from desk import move_days
from desk.move_progress import Row
from moves import progress
from tests.desk.movers import a_move, adds, owner, somebody

pytestmark = pytest.mark.django_db
MOVES = "/admin/moves/move/"


@pytest.fixture
def move(db):
    return a_move(slug="old-codes")


@pytest.fixture
def client(move):
    return owner(move.service)


@pytest.fixture
def people(move, organisation, make_person):
    """One of each sort in one organisation, and one who is ready in another."""
    elsewhere = Organisation.objects.create(code="RX2", name="=Hillside")
    ready, on_hold, only_on_file, away = make_person(), make_person(), make_person(), make_person()
    adds(ready), adds(on_hold, usable_from=timezone.now() + timedelta(days=1)), adds(away)
    asked = Invitation.objects.create(
        organisation=organisation, by="system", given_name="A", family_name="B", email="a@example.nhs.uk",
        token_hash=b"x" * 32, expires_at=timezone.now() + timedelta(days=9),
    )  # fmt: skip
    somebody(move, organisation, profile=ready)
    somebody(move, organisation, profile=on_hold)
    somebody(move, organisation, profile=only_on_file, call="wanted")
    somebody(move, organisation, invitation=asked)
    somebody(move, organisation, answer="no_mfa")
    somebody(move, organisation, way="smartcard", answer="keep_smartcard", answered_at=timezone.now())
    somebody(move, elsewhere, profile=away)


def lines(answer):
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith(spreadsheets.BOM)
    return list(csv.reader(text.removeprefix(spreadsheets.BOM).splitlines()))


def page(client, move):
    answer = client.get(f"{MOVES}{move.pk}/progress/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.usefixtures("people")
def test_the_page_has_a_row_for_each_organisation(client, move):
    text = page(client, move)
    row = re.search(r"Trust \(RX1\)</th> <td>.*?</td> (.*?) </tr>", text)[1]
    assert re.findall(r"<td>([^<]*)</td>", row) == ["6", "3", "1", "2", "2 (40%)", "1", "1", "2"]
    assert "(20 days left)" in text
    assert "<dd>3 (50%)</dd>" in text


@pytest.mark.usefixtures("people")
def test_a_bar_is_as_long_as_its_parts(move):
    [first, second] = [Row(one) for one in progress.of(move)]
    assert (first.in_time, first.figures.no, first.figures.locked_out) == (3, 1, 2)
    assert (first.ready, first.no, first.out) == (50, 16, 34)
    assert (second.ready, second.no, second.out) == (100, 0, 0)


@pytest.mark.usefixtures("people")
def test_the_figures_are_a_file_that_stands_in_each_organisations_trail(client, move):
    answer = client.get(f"{MOVES}{move.pk}/figures/")
    assert answer["Content-Disposition"] == 'attachment; filename="old-codes.csv"'
    header, first, second = lines(answer)
    assert header == ["organisation", "name", *progress.COUNTS, "percent_ready"]
    assert first == ["RX1", "Riverside Community Trust", "6", "3", "1", "2", "2", "1", "1", "2", "40"]
    assert second[:3] == ["RX2", "'=Hillside", "1"]
    events = Event.objects.filter(name="move.exported").order_by("organisation")
    actor = f"admin:{client.user.pk}"
    told = [(one.organisation, one.actor, one.details) for one in events]
    assert told == [(code, actor, {"move": "old-codes"}) for code in ("RX1", "RX2")]


def test_figures_of_nobody_are_told_too(client, move):
    assert "Nobody is in it yet." in page(client, move)
    assert len(lines(client.get(f"{MOVES}{move.pk}/figures/"))) == 1
    assert Event.objects.count() == 1


def test_asking_without_taking_leaves_no_event(client, move):
    address = f"{MOVES}{move.pk}/figures/"
    assert client.head(address).status_code == client.post(address).status_code == 405
    assert not Event.objects.exists()


def test_a_draft_has_figures_and_no_chart(organisation):
    draft = a_move(state="draft")
    somebody(draft, organisation)
    text = page(owner(draft.service), draft)
    assert "Riverside Community Trust" in text
    assert "day by day" not in text


def test_the_chart_counts_who_was_ready_on_each_day_up_to_today_with_room_to_the_last(move, organisation, make_person):
    now = timezone.now()
    for days_ago in (20, 10, 3, 3, 0):
        profile = make_person()
        at = now - timedelta(days=days_ago)
        adds(profile, added_at=at, usable_from=at)
        adds(profile)  # a later one changes nothing
        somebody(move, organisation, profile=profile)
    kept = {"way": "smartcard", "answer": "keep_smartcard", "answered_at": now - timedelta(days=1)}
    somebody(move, organisation, **kept)
    somebody(move, organisation), somebody(move, organisation, answer="no_mfa")
    drawn = move_days.chart(move, None)
    assert [bar.value for bar in drawn.bars] == [2, 2, 2, 2, 2, 2, 2, 4, 4, 5, 6]
    assert (drawn.most, drawn.each, drawn.width) == (7, 1, 310)
    assert drawn.bars[-1].length == 85


def test_what_works_later_counts_from_then(move, organisation, make_person):
    profile = make_person()
    now = timezone.now()
    adds(profile, added_at=now - timedelta(days=9), usable_from=now - timedelta(days=2))
    somebody(move, organisation, profile=profile)
    assert [bar.value for bar in move_days.chart(move, None).bars] == [0] * 8 + [1] * 3


def test_a_long_move_has_a_bar_for_some_days_each(organisation, make_person):
    today = timezone.localdate()
    move = a_move(started_at=timezone.now() - timedelta(days=150), ends_on=today + timedelta(days=149))
    somebody(move, organisation)
    drawn = move_days.chart(move, None)
    assert (drawn.each, drawn.width, len(drawn.bars)) == (3, 1010, 51)


def test_a_day_is_one_of_london(organisation, make_person):
    summer = timezone.datetime(2026, 7, 15, 23, 30, tzinfo=timezone.get_fixed_timezone(0))
    with time_machine.travel(summer + timedelta(days=1)):
        move = a_move(started_at=summer - timedelta(days=2))
        profile = make_person()
        adds(profile, added_at=summer, usable_from=summer)
        somebody(move, organisation, profile=profile)
        drawn = move_days.chart(move, None)
    assert [bar.value for bar in drawn.bars] == [0, 0, 1, 1]
    assert drawn.bars[2].label == "16 July 2026"


def test_it_is_told_in_as_many_statements_for_many_as_for_few(client, move, organisation, make_person):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            page(client, move)
        return len(captured)

    somebody(move, organisation, profile=make_person())
    few = asked()
    for number in range(5):
        somebody(move, Organisation.objects.create(code=f"RY{number}"), profile=make_person())
    assert asked() == few
