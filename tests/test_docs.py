"""What the documents name is there."""

import re
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST = {"README.md": 120, "CONTRIBUTING.md": 80}  # lines
FOLDERS = sorted(path.name for path in ROOT.iterdir() if path.is_dir() and (path / "__init__.py").exists())
FOLDERS += ["templates", "static", "tests", "deploy", "docs", "requirements"]
NAMED = re.compile(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]*)`")  # one with a <slug> in it is anybody's
LINK = re.compile(r"\]\(([^)#:]*)(?:#([^)]*))?\)")
SAMPLE = re.compile(r"\(`([\w/]+\.py)`\):\n\n((?: {4}.*\n|\n)+)")
each_document = pytest.mark.parametrize(
    "document", [*map(ROOT.joinpath, MOST), *sorted(ROOT.glob("docs/*.md"))], ids=lambda path: path.name
)


def anchors(document):
    titles = re.findall(r"^#+ (.*)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@each_document
def test_each_path_that_it_names_is_there(document):
    assert [path for path in NAMED.findall(document.read_text()) if not (ROOT / path).exists()] == []


@each_document
def test_each_link_leads_somewhere(document):
    for file, anchor in LINK.findall(document.read_text()):
        target = document.parent / file if file else document
        assert target.exists(), file
        assert not anchor or anchor in anchors(target), anchor


@pytest.mark.parametrize("name", MOST)
def test_a_door_is_soon_read(name):
    assert len((ROOT / name).read_text().splitlines()) < MOST[name]


def test_the_samples_of_the_style_are_the_code():
    samples = SAMPLE.findall((ROOT / "CONTRIBUTING.md").read_text())
    assert len(samples) == 2
    for file, text in samples:
        assert textwrap.dedent(text).strip() in (ROOT / file).read_text(), file


def test_make_help_names_every_target():
    text = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE).group(1).split()
    assert sorted(targets) == sorted(re.findall(r"^([a-z-]+):.*  ## \S", text, re.MULTILINE))
