"""Somebody is signed out everywhere, by the desk or by an operator: once, with a reason, and told."""

import pytest
from django.core.management import CommandError, call_command

from careid.post.models import Mail
from careid.trail.models import Event
from profiles import reasons
from sign_in import ending
from sign_in.models import Session
from tests.sign_in.test_sessions import come_in, stored
from tests.threads import at_once
from tests.visitors import post

pytestmark = pytest.mark.django_db
WHY = ("--reason", "leaver", "--by", "jo.smith")


@pytest.fixture
def here(person):
    """A person who is signed in in two browsers, and has read their mail."""
    one = stored(person)
    for _ in range(2):
        come_in(one)
    Mail.objects.all().delete()
    return person


def test_each_session_ends_with_its_event_and_the_person_is_told_once(here):
    assert ending.everywhere(profile=here, by="admin:7", reason="shared_computer", note="Ticket 4711") == 2
    assert set(Session.objects.values_list("ended_reason", flat=True)) == {"shared_computer"}
    told = Event.objects.filter(name="session.ended").values_list("actor", "reason", "details")
    assert list(told) == [("admin:7", "shared_computer", {"note": "Ticket 4711"})] * 2
    [mail] = post()
    assert mail.subject == "Care ID: you were signed out"
    assert "You can sign in again" in mail.body


def test_who_is_signed_in_nowhere_is_told_nothing(person, here):
    ending.everywhere(profile=here, by="admin:7", reason="leaver")
    before = Event.objects.count(), Mail.objects.count()
    assert ending.everywhere(profile=here, by="admin:7", reason="leaver") == 0
    assert (Event.objects.count(), Mail.objects.count()) == before


def test_nobody_elses_session_ends(here, make_person):
    come_in(stored(make_person()))
    ending.everywhere(profile=here, by="admin:7", reason="leaver")
    assert Session.objects.filter(ended_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_do_it_at_once_do_it_once(here):
    done = [lambda: ending.everywhere(profile=here, by="admin:7", reason="leaver")] * 2
    at_once(done, held=type(here).objects.filter(pk=here.pk))
    assert Event.objects.filter(name="session.ended").count() == 2
    assert Mail.objects.count() == 1


def test_an_operator_signs_people_out_by_the_same_rule(here, make_person, capsys):
    other = make_person()
    call_command("sign_out", here.user_id, other.user_id, *WHY, "--dry-run")
    assert capsys.readouterr().out.splitlines()[-1] == "Dry run, nothing was changed: 1 person signed out"
    assert not Session.objects.exclude(ended_at=None).exists()
    call_command("sign_out", here.user_id, other.user_id, *WHY)
    lines = [f"{here.user_id} 2 places", f"{other.user_id} was not signed in", "1 person signed out"]
    assert capsys.readouterr().out.splitlines() == lines
    call_command("sign_out", here.user_id, *WHY)
    assert capsys.readouterr().out.splitlines()[-1] == "Nobody was signed in"
    assert set(Event.objects.filter(name="session.ended").values_list("actor", flat=True)) == {
        "command:sign_out jo.smith"
    }


@pytest.mark.parametrize(
    "wrong", [("--reason", "because", "--by", "jo"), ("--reason", "leaver"), (*WHY, "--note", "a@b.uk")]
)
def test_nobody_is_signed_out_without_a_reason_a_name_and_a_note_that_names_nobody(wrong, here):
    with pytest.raises(CommandError):
        call_command("sign_out", here.user_id, *wrong)
    assert not Session.objects.exclude(ended_at=None).exists()


def test_each_reason_fits_the_column_and_has_words():
    assert max(map(len, reasons.SIGN_OUT)) <= Session._meta.get_field("ended_reason").max_length
