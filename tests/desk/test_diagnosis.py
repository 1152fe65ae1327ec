"""Why a person can't enrol, as the desk says it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from authenticators.models import Authenticator, Report
from authenticators.registry import KINDS
from careid.limits import counting, limits, own
from careid.people.models import Profile
from careid.post.models import Mail
from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import record
from desk import diagnosis, mail_words, words
from tests import kinds
from tests.visitors import post

pytestmark = pytest.mark.django_db


def told(person):
    person = Profile.objects.select_related("organisation").get(pk=person.pk)
    return {cause.reason: (cause.words, cause.remedy) for cause in diagnosis.causes(person)}


def test_nothing_stops_someone_who_can_enrol(person):
    assert told(person) == {}


@pytest.mark.parametrize(
    ("fields", "reason", "remedy"),
    [
        ({"nino": ""}, "no_number", "number"),
        ({"email": None}, "no_email", "email"),
        ({"state": "closed", "closed_reason": "leaver"}, "closed", "reopen"),
    ],
)
def test_what_the_profile_lacks_comes_with_its_remedy(fields, reason, remedy, make_person):
    assert told(make_person(**fields))[reason][1] == remedy


def test_a_closed_profile_says_why(make_person):
    assert "The person has left" in told(make_person(state="closed", closed_reason="leaver"))["closed"][0]


def test_an_organisation_that_does_not_take_part_is_named(person, organisation):
    organisation.takes_part = False
    organisation.save()
    assert "Riverside Community Trust" in told(person)["organisation"][0]
    organisation.takes_part, organisation.kinds_off = True, [kinds.some_kind()]
    organisation.save()
    assert told(person)["not_offered"][0].startswith(f"{KINDS[kinds.some_kind()].title}: ")


def test_a_lock_says_until_when_and_by_which_limit(person, visitor):
    for _ in range(7):
        visitor.details(person)
    stopped, remedy = told(person)["locked"]
    assert remedy == "unlock"
    assert stopped.startswith("Locked until ")
    assert "in an hour" in stopped


def test_a_lock_without_an_end_says_that_it_is_lifted_here(person):
    pair = own.pair(person.email, person.nino_fingerprint).hex()
    for _ in range(101):
        counting.hit((limits.CODE_WRONG_IN_A_ROW, pair))
    assert told(person)["locked"][0] == "Locked until it is lifted here: 100 wrong codes in a row."


def test_a_refused_mail_and_one_that_waits_are_told(person, visitor):
    visitor.details(person)
    Mail.objects.update(queued_at=timezone.now() - timedelta(minutes=3))
    assert "waiting" in told(person)["mail_waits"][0]
    Mail.objects.update(state="failed", content=None, answer="550", settled_at=timezone.now())
    assert "550" in told(person)["mail_refused"][0]
    visitor.details(person)
    post()
    assert told(person) == {}


def test_an_open_report_and_a_full_profile_are_told(person):
    Report.objects.create(profile=person, token_hash=b"x" * 32)
    Profile.objects.update(reported_at=timezone.now())
    for serial in range(kinds.most(kinds.some_kind())):
        Authenticator.objects.create(
            profile=person, kind=kinds.some_kind(), external_id=str(serial), material={"key": "k"}, added_by="person"
        )
    assert told(person)["reported"][1] == "case"
    words, remedy = told(person)["full"]
    assert f"they have {kinds.most(kinds.some_kind())}" in words
    assert remedy is None  # not all of them


def test_the_last_attempts_are_told_step_by_step_the_newest_first(person, make_visitor):
    make_visitor().details(person, nino="PP999902D")  # made up: PP is never issued
    visitor = make_visitor()
    visitor.details(person)
    visitor.code("000000")
    failing = make_visitor()
    failing.reach(person)
    failing.fail()
    newest, middle, oldest = diagnosis.attempts(Event.objects.filter(profile_id=person.pk))
    assert next(line.words for line in oldest.lines) == (
        "The details did not match: the National Insurance number typed is not the one on file"
    )
    assert "Typed a wrong code" in [line.words for line in middle.lines]
    assert newest.lines[-1].words.startswith("Could not add it: ")
    assert not newest.lines[-1].good
    assert len(newest.reference) == 7
    assert newest.outcome == newest.lines[-1].words


def last_try(person):
    person.refresh_from_db()
    found = diagnosis.last_try(diagnosis.attempts(Event.objects.filter(profile_id=person.pk)), person)
    return [(cause.words.partition(": ")[2], cause.remedy) for cause in found]


def test_the_last_try_says_what_stopped_it_and_what_ends_that(person, make_visitor):
    assert last_try(person) == []
    make_visitor().details(person, nino="PP999902D")  # made up: PP is never issued
    differs = "the details did not match: the National Insurance number typed is not the one on file"
    assert last_try(person) == [(f"{differs}.", "number")]
    Profile.objects.update(nino_changed_at=timezone.now())
    assert last_try(person) == [(f"{differs}. The number was set since.", None)]
    visitor = make_visitor()
    visitor.details(person)
    assert last_try(person) == [("came as far as “A code was emailed”.", None)]
    for _ in range(5):
        visitor.code("000000")
    assert last_try(person) == [("typed a wrong code, 5 times.", None)]
    record(EventName.ATTEMPT_ENDED, reason="restarted", profile=person, attempt_id=Event.objects.latest("sequence").attempt_id)  # fmt: skip
    assert last_try(person) == [("typed a wrong code, 5 times.", None)]


def test_a_last_try_that_added_something_stops_nobody(person, visitor):
    visitor.reach(person)
    record(EventName.AUTHENTICATOR_ADDED, profile=person, attempt_id=Event.objects.latest("sequence").attempt_id)
    assert last_try(person) == []


def test_ten_attempts_and_ten_mails_are_shown_in_statements_that_do_not_grow(person, django_assert_num_queries):
    for attempt in range(30):
        record(EventName.ATTEMPT_STARTED, profile=person, attempt_id=f"{attempt:032x}")
    with django_assert_num_queries(1):
        assert len(diagnosis.attempts(Event.objects.filter(profile_id=person.pk))) == 10
    with django_assert_num_queries(1):
        assert diagnosis.mails(Mail.objects.filter(profile=person)) == []


def test_every_event_and_every_mail_has_words():
    root = Path(words.__file__).resolve().parents[1]
    templates = {path.stem for path in (root / "templates/mail").glob("*.txt")}
    of_kinds = {path.stem for path in root.glob("authenticators/*/templates/mail/*.txt")}
    assert of_kinds == mail_words.OF_KINDS.keys()
    parts = {"authenticator", "not_me", "registration_authority", "admin_invitation"}
    parts |= {"apply_inviter", "move_step"}
    assert mail_words.MAILS.keys() == templates - parts
    assert words.EVENTS.keys() == set(EventName)


def test_the_events_are_told_in_words_with_the_name_of_who_did_it(person, django_user_model):
    admin = django_user_model.objects.create(username="rita@example.nhs.uk", first_name="Rita", last_name="Example")
    for actor in (f"admin:{admin.pk}", "admin:0", "person", "command:unlock"):
        record(EventName.PROFILE_CLOSED, actor=actor, reason="leaver", profile=person)
    told = diagnosis.events(Event.objects.filter(profile_id=person.pk))[:4]
    assert {what for _, what, _ in told} == {"Profile closed: The person has left"}
    assert [who for _, _, who in told] == ["command unlock", "the person", "admin 0", "Rita Example"]
