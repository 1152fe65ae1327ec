"""What `manage.py` itself does to every command."""

from argparse import ArgumentParser

import pytest
from django.core.management import get_commands, load_command_class

import manage

FLOORS = {"authenticators", "careid", "desk", "enrolment", "operating", "profiles"}
OURS = {name: app for name, app in get_commands().items() if app.partition(".")[0] in FLOORS}


@pytest.fixture(autouse=True)
def _terse(monkeypatch):
    monkeypatch.setattr(ArgumentParser, "print_usage", ArgumentParser.print_usage)  # taken back afterwards
    manage.tersely()


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_wrong_argument_is_one_line_and_exit_code_2(name, capsys):
    with pytest.raises(SystemExit) as stopped:
        load_command_class(OURS[name], name).run_from_argv(["manage.py", name, "--no-such-thing"])
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"manage.py {name}: error: ")
    assert said.count("\n") == 1


def test_all_commands_of_ours_are_held_to_it():
    assert {"audit", "doctor", "invite_admin", "limits", "report", "revoke", "unlock", "web"} <= set(OURS)
