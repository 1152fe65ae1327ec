"""No text holds a command up: each value of each meets 48,000 combining marks, and so does what a setting says."""

from argparse import _SubParsersAction
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command, load_command_class
from environ.fileaware_mapping import FileAwareMapping

import manage
from careid.environment import Environment
from profiles.importing import people_file
from tests.marks import TEXTS, quickly
from tests.test_manage import OURS

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    """What every command that reads one gets: the people's header, and rows of marks."""
    path = tmp_path / "marks.csv"
    rows = [",".join(text[:7_000] if column == there else "1" for column in people_file.COLUMNS)
            for there in people_file.COLUMNS for text in TEXTS.values() if "," not in text]  # fmt: skip
    path.write_text("\n".join([",".join(people_file.COLUMNS), *rows, *TEXTS.values()]) + "\n")
    return path


def values(parser, before=()):
    """Each value that a command takes, with the words before it: ([words], its action, the parser)."""
    stock = {"verbosity", "settings", "pythonpath", "database"}
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            for verb, one in action.choices.items():
                yield from values(one, (*before, verb))
        elif action.nargs != 0 and action.dest not in stock:
            yield before, action, parser


def line(before, action, parser, text, file):
    """A command's line where one value is the text, and each other that has to be there is a likely one."""
    words = list(before)
    for other in parser._actions:
        if other is action or (other.required and other.nargs != 0):
            value = text if other is action else str(file) if other.type is Path else next(iter(other.choices or ["x"]))
            words += [*other.option_strings[-1:], value]
    return words


THEIRS = {"migrate"}  # its values are Django's own, and it closes the tests' connection
PARSERS = {
    name: load_command_class(OURS[name], name).create_parser("manage.py", name) for name in sorted({*OURS} - THEIRS)
}
EVERY_VALUE = [(name, value) for name, parser in PARSERS.items() for value in values(parser)]


@pytest.mark.parametrize(("name", "value"), EVERY_VALUE, ids=lambda one: one if isinstance(one, str) else one[1].dest)
def test_no_value_of_a_command_takes_long(name, value, file, capsys):
    texts = {"a file": str(file)} if value[1].type is Path else TEXTS
    for what, text in texts.items():
        with quickly(f"{name} {value[1].dest}: {what}"), suppress(CommandError, SystemExit):
            call_command(name, *line(*value, text, file))


def test_an_argument_that_is_far_too_long_is_refused_before_any_command_reads_it(capsys):
    with pytest.raises(SystemExit) as stopped:
        manage.bounded(["manage.py", "revoke", TEXTS["marks"]])
    assert stopped.value.code == 2
    assert capsys.readouterr().err == "Argument 2 is longer than 10000 characters.\n"


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_URL_FILE"])
def test_a_setting_that_is_far_too_long_is_refused_before_it_is_read(name, tmp_path, monkeypatch):
    address, file = f"postgres://{TEXTS['marks']}/careid", tmp_path / "address"
    file.write_text(address)
    monkeypatch.setenv(name, str(file) if name.endswith("_FILE") else address)
    monkeypatch.setattr(Environment, "ENVIRON", FileAwareMapping())  # without what was read before
    with quickly(), pytest.raises(ImproperlyConfigured, match="DATABASE_URL: is longer than 10000 characters"):
        Environment().postgres_url("DATABASE_URL", default="postgres:///careid")
