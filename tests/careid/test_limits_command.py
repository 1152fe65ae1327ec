import pytest
from django.core.management import call_command

from careid.models import Event, LimitCount
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db


def test_unlocking_lifts_the_locks_on_a_persons_own_details_and_no_others(person, make_person, capsys):
    other = make_person()
    for who in (person, other):
        for _ in range(7):
            response = Visitor().details(who)
        assert response.status_code == 429
    call_command("limits", "unlock", person.user_id, "--reason", "asked_by_registration_authority")
    assert Visitor().details(person).status_code == 302
    assert Visitor().details(other).status_code == 429
    assert Event.objects.get(name="limit.lifted").profile_id == person.pk


@pytest.mark.parametrize("user_id", ["000000000000", "x", "\x00"[:0]])
def test_someone_who_is_not_there_is_one_line_and_exit_code_2(user_id, db, capsys):
    with pytest.raises(SystemExit) as stopped:
        call_command("limits", "unlock", user_id, "--reason", "mistake")
    assert stopped.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_clearing_forgets_every_count_and_asks_first_in_production(person, settings, capsys):
    Visitor().details(person)
    settings.DEMO = False
    with pytest.raises(SystemExit):
        call_command("limits", "clear")
    assert LimitCount.objects.exists()
    call_command("limits", "clear", "--yes")
    assert not LimitCount.objects.exists()
    assert Event.objects.filter(name="command.run").exists()
