"""What is one kind's own stands in its own folders: nobody else's file names a kind, but where it says why here."""

import subprocess
from pathlib import Path

import pytest

from tests import kinds

ROOT = Path(__file__).resolve().parent.parent
HOMES = ("authenticators/{}/", "tests/authenticators/{}/")
TOLD = ("docs/", "README.md", "CONTRIBUTING.md", "requirements/")  # to who reads them, and by who wrote the libraries
ALLOWED = {
    "careid/settings.py": "the line of the kinds there are, and the settings that come from the environment",
    ".env.example": "explains those settings",
    "pyproject.toml": "the direction of imports, and what each library is for",
    "careid/people/models.py": "an organisation's switch, a column since before the kinds had folders",
    "desk/door/": "the desk's second factors, which are no authenticators",
    "tests/desk/door/": "its tests",
    "demo/": "people of every kind, and the stand-in for the site that one kind sends people to",
    "tests/demo/": "its tests",
    "tests/upgrade/": "the tables of the release before",
}


def listed():
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [name for name in names if (ROOT / name).is_file() and "/migrations/" not in name]


def naming(slug):
    word = slug.encode()
    return [name for name in listed() if word in name.encode().lower() or word in (ROOT / name).read_bytes().lower()]


@pytest.mark.parametrize("slug", kinds.slugs())
def test_nobody_elses_file_names_a_kind(slug):
    homes = tuple(home.format(slug) for home in HOMES)
    assert [name for name in naming(slug) if not name.startswith((*homes, *TOLD, *ALLOWED))] == []


def test_no_place_is_allowed_that_names_none():
    named = {name for slug in kinds.slugs() for name in naming(slug)}
    assert [place for place in ALLOWED if not any(name.startswith(place) for name in named)] == []
