"""What `manage.py` itself does to every command."""

import os
from argparse import ArgumentParser
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.db import connection

import manage
from tests import logged, packages
from tests.profiles.files import AMA, HEADER

FLOORS = set(packages.IN_PRODUCTION)
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


def test_help_lists_no_command_that_does_nothing_here():
    others = {app for app in get_commands().values() if app.partition(".")[0] not in FLOORS | {"django", "demo"}}
    assert others == {"captcha", "procrastinate.contrib.django"}  # whose pictures and queue are in use


@contextmanager
def connections_as(role):
    options = connection.settings_dict["OPTIONS"]
    connection.close()
    connection.close_pool()
    try:
        with patch.dict(options, options=f"{options.get('options', '')} -c role={role}"):
            yield
    finally:
        connection.close()
        connection.close_pool()


@pytest.mark.django_db(transaction=True)
def test_what_the_role_of_the_database_may_not_do_is_one_line_that_says_so(tmp_path, capsys):
    role = f"careid_manage_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role}")
        call_command("grants", role)
        (tmp_path / "people.csv").write_text(f"{HEADER}\n{AMA}\n")
        with connections_as(role):
            capsys.readouterr()
            with pytest.raises(SystemExit) as stopped:
                manage.execute(["manage.py", "import_profiles", str(tmp_path / "people.csv")])
    logged.listen()  # Django has set logging up anew
    assert stopped.value.code == 1
    said = capsys.readouterr().err
    assert said.endswith("may not do that: run it as the role that owns the tables.\n")
    assert said.count("\n") == 1
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
