"""An operator lifts the locks on a person's details."""

import pytest
from django.core.management import CommandError, call_command

from careid.trail.models import Event
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
WHY = ("--reason", "mistake", "--by", "jo.smith")


def test_unlocking_lifts_the_locks_on_a_persons_own_details_and_no_others(person, make_person, capsys):
    other = make_person()
    for who in (person, other):
        for _ in range(7):
            response = Visitor().details(who)
        assert response.status_code == 429
    call_command("unlock", person.user_id, *WHY)
    assert capsys.readouterr().out.splitlines()[-1] == "1 person unlocked"
    call_command("unlock", person.user_id, *WHY)
    assert capsys.readouterr().out.splitlines() == [f"{person.user_id} was not locked", "Nobody was locked"]
    assert Visitor().details(person).status_code == 302
    assert Visitor().details(other).status_code == 429
    lifted = Event.objects.get(name="limit.lifted")
    assert (lifted.profile_id, lifted.actor) == (person.pk, "command:unlock jo.smith")


def test_no_command_lifts_a_lock_without_saying_who_asked(person):
    for arguments in (
        ("limits", "unlock", person.user_id, "--reason", "mistake"),
        ("unlock", person.user_id, *WHY[:2]),
    ):
        with pytest.raises(CommandError):
            call_command(*arguments)
