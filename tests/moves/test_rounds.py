"""Who is told what on which day, each once: by London's calendar, over both changes of its clock."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from careid.people.models import Profile
from careid.post import delivering
from careid.post.models import Mail
from careid.trail.models import Event
from moves import answering, making, rounds
from moves.models import Mailing, Move, Person
from tests.moves import crowd
from tests.moves.crowd import OPERATOR, at, tell, told, waiting
from tests.plans import never_counted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisation")]
END = date(2026, 11, 30)


@pytest.fixture
def clock():
    """`clock(2026, 10, 1, 12)`: it is that moment in London, until it is another."""
    travels = []

    def go(*numbers):
        while travels:
            travels.pop().stop()
        travels.append(time_machine.travel(at(*numbers), tick=False))
        travels[-1].start()

    yield go
    for one in travels:
        one.stop()


@pytest.fixture
def running(organisation, clock):
    """A move that began on 1 September, whose people were told then."""

    def make(*names, ends_on=END, **fields):
        clock(2026, 9, 1, 12)
        move = crowd.draft(ends_on=ends_on)
        for name in names:
            crowd.join(move, name, **fields)
        making.start(move=move, by=OPERATOR)
        tell(move)
        return move

    return make


def test_everybody_is_told_that_it_starts_whatever_they_have(clock, make_person, organisation):
    clock(2026, 9, 1, 23)  # at whatever hour: somebody pressed a button
    move = crowd.draft()
    assert tell(move) == {}
    ready = make_person(email="ready@example.nhs.uk")
    crowd.add(ready)
    for name in ("ready", "new"):
        crowd.join(move, name)
    making.start(move=move, by=OPERATOR)
    assert tell(move) == {"start": 2}
    assert tell(move) == {}
    assert waiting(move) == ["new", "ready"]
    assert set(Person.objects.values_list("mailed_on", flat=True)) == {date(2026, 9, 1)}
    [event] = Event.objects.filter(name="move.mailed")
    assert (event.actor, event.organisation, event.details) == (
        "system", "RX1", {"move": move.slug, "what": "start", "many": 2},
    )  # fmt: skip


def test_whoever_is_on_file_has_their_profile_and_who_is_not_an_invitation_without_an_email(running, make_person):
    make_person(email="Ama@Example.nhs.uk")
    closed = make_person(email="bo@example.nhs.uk", state="closed", closed_reason="leaver")
    running("ama", "bo")
    ama, bo = Person.objects.order_by("email")
    assert ama.profile == Profile.objects.exclude(pk=closed.pk).get()
    assert ama.invitation is None
    assert bo.profile is None
    assert (bo.invitation.email, bo.invitation.by, bo.invitation.reminds) == ("bo@example.nhs.uk", "system", False)
    assert set(Mail.objects.values_list("template", flat=True)) == {"move_start"}


def test_reminders_go_on_the_days_of_the_table_from_eight_in_london_and_each_once(running, clock):
    move = running("ama")
    found = {}
    for days in range(60, -3, -1):
        day = END - timedelta(days=days)
        hours = ((0, 0), (7, 59), (8, 0), (23, 59)) if days in rounds.REMIND else ((8, 0),)
        for hour, minute in hours:
            clock(day.year, day.month, day.day, hour, minute)
            if now := tell(move):
                found[timezone.localtime().isoformat()] = list(now)
    assert found == {
        "2026-10-05T08:00:00+01:00": ["56"],
        "2026-11-02T08:00:00+00:00": ["28"],
        "2026-11-16T08:00:00+00:00": ["14"],
        "2026-11-23T08:00:00+00:00": ["7"],
        "2026-11-27T08:00:00+00:00": ["3"],
        "2026-11-29T08:00:00+00:00": ["1"],
    }
    assert told() == [("ama", what) for what in sorted(["start", "56", "28", "14", "7", "3", "1"])]


@pytest.mark.parametrize(
    ("ends_on", "due", "before"),
    [
        (date(2026, 11, 22), (2026, 10, 25, 8, 0), (2026, 10, 25, 7, 59)),  # the day on which the clock goes back
        (date(2027, 4, 4), (2027, 3, 28, 8, 0), (2027, 3, 28, 7, 59)),  # and on which it goes forward
    ],
)
def test_on_the_day_of_the_clock_change_it_is_eight_by_the_new_clock(ends_on, due, before, running, clock):
    move = running("ama", ends_on=ends_on)
    clock(*before)
    rounds.remind()
    Mailing.objects.exclude(what="start").delete()
    Mailing.objects.update(at=at(2026, 9, 1, 12))
    assert tell(move) == {}
    clock(*due)
    assert list(tell(move)) == [str((ends_on - date(*due[:3])).days)]


def test_only_the_newest_is_sent_where_none_was_for_a_while(running, clock):
    move = running("ama")
    clock(2026, 11, 28, 9)
    assert tell(move) == {"3": 1}
    clock(2026, 11, 30, 9)  # the last day: the one of the day before was due, and none goes after it
    assert tell(move) == {}


def test_none_goes_that_was_due_before_the_first_email_or_on_its_day(running, clock):
    move = running()
    clock(2026, 10, 20, 9)
    crowd.join(move, "late")
    assert tell(move) == {"start": 1}
    clock(2026, 10, 21, 9)
    assert tell(move) == {}
    clock(2026, 11, 2, 7)
    crowd.join(move, "later")
    assert tell(move) == {"start": 1}
    clock(2026, 11, 2, 9)
    assert tell(move) == {"28": 1}
    assert waiting(move) == ["late", "late", "later"]


@pytest.mark.parametrize(
    "fields", [{"answer": "no_mfa"}, {"answer": "no_longer_mfa"}, {"answer": "no_longer_access"}]
)  # fmt: skip
def test_none_goes_to_who_answered_no(fields, running, clock):
    move = running("ama")
    Person.objects.update(**fields)
    clock(2026, 11, 2, 9)
    assert tell(move) == {}


@pytest.mark.parametrize("answer", ["", "wants_call", "no_phone", "no_invitation", "keep_smartcard"])
def test_every_other_answer_is_reminded(answer, running, clock):
    move = running("ama")
    Person.objects.update(answer=answer)
    clock(2026, 11, 2, 9)
    assert tell(move) == {"28": 1}


def test_a_smartcard_user_is_reminded_until_they_have_said_that_they_keep_it(running, clock):
    move = running("ama", way="smartcard")
    clock(2026, 11, 2, 9)
    assert tell(move) == {"28": 1}
    Person.objects.update(answer="keep_smartcard")
    clock(2026, 11, 16, 9)
    assert tell(move) == {}


def test_none_goes_to_who_is_ready_or_will_be_by_the_end(running, clock, make_person):
    names = ("ready", "held", "long", "off", "gone", "closed", "reported", "bare")
    people = {name: make_person(email=f"{name}@example.nhs.uk") for name in names}
    move = running(*names)
    for name, fields in {
        "ready": {},
        "held": {"usable_from": at(2026, 11, 4)},
        "long": {"usable_from": at(2026, 12, 1, 0, 1)},
        "off": {"state": "suspended", "state_reason": "lost"},
        "gone": {"state": "revoked", "state_reason": "lost"},
        "closed": {},
        "reported": {},
    }.items():
        crowd.add(people[name], **fields)
    Profile.objects.filter(email__startswith="closed").update(state="closed", closed_reason="leaver")
    Profile.objects.filter(email__startswith="reported").update(reported_at=timezone.now())
    clock(2026, 11, 2, 9)
    assert tell(move) == {"28": 6}
    assert [name for name, what in told() if what == "28"] == sorted({*names} - {"ready", "held"})


def test_a_new_day_is_told_once_to_all_but_who_answered_no_or_keeps_a_smartcard(running, clock, make_person):
    crowd.add(make_person(email="ready@example.nhs.uk"))
    move = running("ready", "no", "card", "unsaid")
    Person.objects.filter(given_name="No").update(answer="no_longer_access")
    Person.objects.filter(given_name="Card").update(answer="keep_smartcard", way="smartcard")
    Person.objects.filter(given_name="Unsaid").update(way="smartcard")
    Mail.objects.all().delete()
    clock(2026, 10, 1, 21)
    making.change_date(move=move, ends_on=date(2027, 1, 18), by=OPERATOR)
    assert tell(move) == {"date": 2}
    assert tell(move) == {}
    assert waiting(move) == ["ready", "unsaid"]


def test_a_day_that_was_changed_back_is_told_again_as_often_as_it_is(running, clock):
    move = running("ama")
    delivered()
    other = date(2027, 1, 18)
    for day, ends_on in enumerate((other, END, other, END), start=2):
        clock(2026, 9, day, 9)
        making.change_date(move=move, ends_on=ends_on, by=OPERATOR)
        assert tell(move) == {"date": 1}, day
        assert tell(move) == {}
        delivered()
    assert Mail.objects.count() == 5


def test_after_a_new_day_reminders_begin_anew_by_the_table(running, clock):
    move = running("ama")
    clock(2026, 11, 16, 9)
    assert tell(move) == {"14": 1}
    delivered()
    making.change_date(move=move, ends_on=date(2026, 12, 7), by=OPERATOR)
    assert tell(move) == {"date": 1}
    delivered()
    clock(2026, 11, 17, 9)  # 20 days are left: what was due at 28 is older than what they were told
    assert tell(move) == {}
    clock(2026, 11, 23, 9)
    assert tell(move) == {"14": 1}


def test_what_waits_with_the_day_of_before_never_goes_out(running, clock):
    move = running("ama", "bo")
    Mail.objects.filter(pk=Mail.objects.first().pk).update(state="sent", content=None)
    clock(2026, 9, 2, 9)
    making.change_date(move=move, ends_on=date(2027, 1, 18), by=OPERATOR)
    assert tell(move) == {"start": 1, "date": 1}
    assert len(waiting(move)) == len(set(waiting(move))) == 2


def test_a_cancelled_move_tells_whoever_was_told_of_it_but_who_answered_no(running, clock):
    move = running("ama", "no", "late")
    Mail.objects.exclude(pk__in=Mailing.objects.filter(person__given_name="Late").values("mail")).update(
        state="sent", content=None
    )
    Person.objects.filter(given_name="No").update(answer="no_mfa")
    making.cancel(move=move, by=OPERATOR)
    assert tell(move) == {"cancelled": 1}
    assert waiting(move) == ["ama"]
    clock(2026, 11, 2, 9)
    assert tell(move) == {}


def test_a_move_that_is_over_tells_nobody_anything(running, clock):
    move = running("ama")
    clock(2026, 12, 1, 9)
    assert tell(move) == {}
    assert rounds.remind() == []
    assert Move.objects.get().state == "done"
    crowd.join(move, "late")
    assert tell(move) == {}


def delivered():
    for pk in Mail.objects.filter(state="queued").values_list("pk", flat=True):
        delivering.deliver(str(pk))


def test_a_stop_drops_what_waits_and_what_was_dropped_goes_once_it_is_resumed(running, clock):
    move = running("ama", "bo")
    first = Mail.objects.first()
    delivering.deliver(str(first.pk))
    clock(2026, 9, 2, 9)
    assert making.stop(move=move, by=OPERATOR)
    assert Event.objects.get(name="move.stopped").details == {"move": move.slug, "many": 1}
    assert waiting(move) == []
    assert tell(move) == {}
    clock(2026, 9, 5, 9)
    assert making.resume(move=move, by=OPERATOR)
    assert tell(move) == {"start": 1}
    assert tell(move) == {}
    delivered()
    assert sorted(Mail.objects.values_list("state", flat=True)) == ["dropped", "sent", "sent"]
    assert told() == [("ama", "start"), ("bo", "start")]
    assert sorted(Person.objects.values_list("mailed_on", flat=True)) == [date(2026, 9, 1), date(2026, 9, 5)]


def test_a_reminder_that_was_stopped_goes_after_resuming_if_it_is_still_the_newest(running, clock):
    move = running("ama")
    delivered()
    clock(2026, 11, 2, 9)
    assert tell(move) == {"28": 1}
    making.stop(move=move, by=OPERATOR)
    clock(2026, 11, 3, 9)
    making.resume(move=move, by=OPERATOR)
    assert tell(move) == {"28": 1}
    making.stop(move=move, by=OPERATOR)
    clock(2026, 11, 17, 9)
    making.resume(move=move, by=OPERATOR)
    assert tell(move) == {"14": 1}
    assert waiting(move) == ["ama"]


def test_who_was_stopped_while_a_cancellation_waited_is_told_of_it_later(running, clock):
    move = running("ama")
    delivered()
    making.cancel(move=move, by=OPERATOR)
    assert tell(move) == {"cancelled": 1}
    assert making.stop(move=move, by=OPERATOR)
    assert tell(move) == {}
    assert making.resume(move=move, by=OPERATOR)
    assert tell(move) == {"cancelled": 1}


def test_the_emails_are_spread_and_stay_in_order(running, clock, settings):
    settings.MAILS_AN_HOUR = 120
    move = running(*(f"p{number}" for number in range(5)))
    at_times = list(Mail.objects.order_by("queued_at").values_list("queued_at", flat=True))
    assert [(one - at_times[0]) // timedelta(minutes=1) for one in at_times] == [0, 0, 1, 1, 2]
    assert set(Mail.objects.values_list("about", flat=True)) == {f"move:{move.pk}"}


def test_an_email_goes_to_the_address_that_the_profile_has_now(running, clock, make_person):
    person = make_person(email="ama@example.nhs.uk")
    move = running("ama")
    Mail.objects.all().delete()
    Profile.objects.filter(pk=person.pk).update(email="new@example.nhs.uk")
    clock(2026, 11, 2, 9)
    tell(move)
    assert waiting(move) == ["new"]
    assert Mail.objects.get().profile == person


def test_each_email_of_one_person_has_the_same_link(running, clock):
    from tests.visitors import post

    move = running("ama")
    clock(2026, 11, 2, 9)
    tell(move)
    first, second = post()
    from moves import links

    link = links.give(Person.objects.get())
    assert link in first.body
    assert link in second.body


def test_a_dry_run_counts_and_queues_nothing(running, clock):
    move = running("ama", "bo")
    before = Mail.objects.count()
    clock(2026, 11, 2, 9)
    assert [(one.slug, dict(told)) for one, told in rounds.remind(dry_run=True)] == [(move.slug, {"28": 2})]
    assert Mail.objects.count() == before
    assert [(one.slug, dict(told)) for one, told in rounds.remind()] == [(move.slug, {"28": 2})]


def test_what_somebody_was_told_last_is_found_by_an_index(running, clock):
    """However Postgres reckons with a table that was not counted: by the primary key it would read the table for each."""
    move = running("ama")
    clock(2026, 11, 2, 9)
    never_counted("moves_mailing")
    asked = {one.what: one.people for one in rounds.due(move, timezone.now())}
    for what in ("date", "28"):
        assert "using mailing_newest" in asked[what].explain(), what


def test_a_dry_run_counts_nobody_for_a_new_day_and_a_reminder_too(running, clock):
    running("ama", "bo")
    delivered()
    clock(2026, 10, 6, 9)
    Move.objects.update(ends_on=date(2026, 12, 1))  # 56 days are left, and nobody was told that
    counted = [dict(told) for _, told in rounds.remind(dry_run=True)]
    assert counted == [dict(told) for _, told in rounds.remind()] == [{"date": 2}]


def test_what_waits_when_the_last_day_is_over_does_not_go_out(running, clock):
    move = running("ama")
    assert waiting(move) == ["ama"]
    clock(2026, 12, 1, 0)
    rounds.remind()
    assert waiting(move) == []


@pytest.mark.parametrize("answer", ["no_mfa", "no_longer_mfa", "no_longer_access", "keep_smartcard"])
def test_an_answer_that_ends_emails_ends_those_that_wait_for_that_person_alone(answer, running, clock):
    move = running("ama", "bo", way="smartcard")
    answering.answer(person=Person.objects.get(given_name="Ama"), answer=answer)
    assert waiting(move) == ["bo"]
    assert tell(move) == {}


@pytest.mark.parametrize("answer", ["wants_call", "no_phone", "no_invitation"])
def test_every_other_answer_leaves_what_waits(answer, running, clock):
    move = running("ama")
    answering.answer(person=Person.objects.get(), answer=answer)
    assert waiting(move) == ["ama"]
