from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command, load_command_class
from django.test import Client
from django.utils import timezone

from careid.limits import counting, limits
from careid.limits.models import LimitCount
from careid.trail.models import Event
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db


def test_clearing_forgets_every_count_and_asks_first_in_production(person, settings, capsys):
    Visitor().details(person)
    settings.DEMO = False
    with pytest.raises(SystemExit):
        call_command("limits", "clear")
    assert LimitCount.objects.exists()
    call_command("limits", "clear", "--yes")
    assert not LimitCount.objects.exists()
    assert Event.objects.filter(name="command.run").exists()


def test_clearing_one_limit_leaves_the_others(person):
    Visitor().details(person)
    call_command("limits", "clear", "--yes", "--limit", "details_address", "--limit", "details_network")
    left = set(LimitCount.objects.values_list("limit", flat=True))
    assert "details_pair_hour" in left
    assert not left & {"details_address", "details_network"}
    call_command("limits", "clear", "--yes", "--limit", "details_pair")
    assert not LimitCount.objects.filter(limit__startswith="details_pair").exists()
    with pytest.raises(SystemExit):
        call_command("limits", "clear", "--yes", "--limit", "made_up")


def test_a_limit_that_grows_is_cleared_by_how_the_names_of_several_begin(db):
    for limit in (*limits.SIGN_IN_NAME, limits.SIGN_IN_VISITS, limits.NAMINGS):
        counting.hit((limit, "one"))
    call_command("limits", "clear", "--yes", "--limit", "sign_in")
    assert set(LimitCount.objects.values_list("limit", flat=True)) == {"namings"}


class TestTheReport:
    def lines(self, capsys, *words):
        call_command("limits", "report", *words)
        return capsys.readouterr().out.splitlines()

    def reached(self, limit, *subjects):
        LimitCount.objects.all().delete()
        for subject in subjects:
            for _ in range(limit.most + 3):
                counting.hit((limit, subject))

    def test_it_counts_by_limit_and_mode_whom_each_stopped_or_would_have_stopped(self, settings, capsys, db):
        self.reached(limits.NINO_CHECKS, "one")
        settings.LIMITS = "enforce,nino_checks=shadow,details_email_hour=shadow"
        self.reached(limits.NINO_CHECKS, "one", "two", "three")
        self.reached(limits.DETAILS_EMAIL_HOUR, "one", "two")
        said = [" ".join(line.split()) for line in self.lines(capsys)]
        assert [line.split(";")[0] for line in said[1:-1]] == [
            "nino_checks shadow 3 would have been stopped",
            "details_email_hour shadow 2 would have got no mail",
            "nino_checks enforce 1 stopped",
        ]
        assert "one window, however often they tried on" in said[-1]

    def test_it_tells_networks_apart_where_they_are_known(self, person, capsys):
        for address in ("203.0.113.7", "203.0.113.9", "198.51.100.7"):
            LimitCount.objects.all().delete()
            for _ in range(7):
                Visitor(Client(REMOTE_ADDR=address)).details(person)
        [line] = [line for line in self.lines(capsys) if line.startswith("details_pair_hour")]
        assert " 3 stopped; 2 networks; first " in line

    def test_an_alarm_stops_nobody(self, capsys, db):
        counting.hit((limits.CODE_SENDS_ALL, ""))
        LimitCount.objects.update(count=limits.CODE_SENDS_ALL.most)
        counting.hit((limits.CODE_SENDS_ALL, ""))
        assert " 1 told the operator; " in self.lines(capsys)[1]

    def test_it_looks_as_far_back_as_it_is_told(self, capsys, db):
        with time_machine.travel(timezone.now() - timedelta(days=8), tick=True):
            self.reached(limits.NINO_CHECKS, "one")
        assert "no limit was passed" in self.lines(capsys)[0]
        assert "nino_checks" in self.lines(capsys, "--since", "9d")[1]

    @pytest.mark.parametrize("since", ["", "7", "d", "-1d", "0d", "7 days", "99999y", "\u0667d"])
    def test_a_length_of_time_that_it_does_not_know_is_exit_code_2(self, since, capsys):
        with pytest.raises(SystemExit) as stopped:
            load_command_class("operating", "limits").run_from_argv(
                ["manage.py", "limits", "report", f"--since={since}"]
            )
        assert stopped.value.code == 2
        assert "is not a length of time such as 90m, 24h, 7d" in capsys.readouterr().err
