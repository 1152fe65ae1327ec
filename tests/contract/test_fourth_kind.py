"""A fourth kind costs a folder, a line, its name in the contracts and its way: tried in a copy of the tree."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import kinds

ROOT = Path(__file__).resolve().parents[2]
FAKE = ROOT / "tests" / "fakes" / "paper"
SLUG = FAKE.name
LAST = kinds.slugs()[-1]
# What holds every kind to the rules, what lists them, and what walks each one's pages.
HELD = (
    "tests/authenticators/test_kinds.py",
    "tests/sign_in/test_every_kind.py",
    "tests/test_architecture.py",
    "tests/desk",
)
WALKED = ("tests/test_statements.py", "tests/test_secrets_at_rest.py", "tests/enrolment/test_journey.py")
APART = ("--ignore", "tests/desk/door")  # which has factors of its own
PATIENCE = 900  # seconds


@pytest.fixture
def tree(tmp_path):
    """What git would have of this folder if all were added."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
    return tmp_path


def add_as_the_readme_says(tree):
    shutil.copytree(FAKE / "kind", tree / "authenticators" / SLUG)
    named(
        tree / "careid" / "settings.py",
        f'"authenticators.{LAST}"]',
        f'"authenticators.{LAST}", "authenticators.{SLUG}"]',
    )
    contracts = tree / "pyproject.toml"
    named(contracts, f' | authenticators.{LAST}"', f' | authenticators.{LAST} | authenticators.{SLUG}"')
    named(contracts, f' | {LAST}"', f' | {LAST} | {SLUG}"')
    named(contracts, f'"authenticators.{LAST}"]', f'"authenticators.{LAST}", "authenticators.{SLUG}"]')
    shutil.copytree(FAKE / "way", tree / "tests" / "authenticators" / SLUG)


def named(file, after, with_it):
    """One line of this file, which names the fourth behind the last."""
    text = file.read_text()
    assert text.count(after) == 1, f"{file.name}: {after}"
    file.write_text(text.replace(after, with_it))


def test_a_fourth_kind_is_held_to_all_that_the_others_are_and_breaks_nothing(tree):
    add_as_the_readme_says(tree)
    ruff = [Path(sys.executable).parent / "ruff", "check", "--no-cache", f"authenticators/{SLUG}", "careid/settings.py"]
    linted = subprocess.run(ruff, cwd=tree, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-vv", "--show-capture=no", *HELD, *WALKED, *APART],
        cwd=tree,
        env={**os.environ, "CAREID_TEST_RUN": "fourth"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-10_000:] + done.stderr
    assert "skipped" not in done.stdout.splitlines()[-1]
    held = re.findall(rf"::(\w+)\[.*\b{SLUG}\b.*\] PASSED", done.stdout)
    assert {
        "test_it_keeps_its_limit",
        "test_an_enrolment_takes_few_statements_and_small_pages",
        "test_whoever_proves_it_is_here_by_it_and_nobody_else",
    } <= set(held)
