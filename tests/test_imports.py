"""No module of the product needs itself, by whatever way: imports within a function and those for types count."""

import ast
from graphlib import CycleError, TopologicalSorter
from itertools import accumulate
from pathlib import Path

from tests import packages

ROOT = Path(__file__).resolve().parent.parent


def sources():
    """Each module's dotted name with what stands in it; a package's own file has the package's name."""
    files = (file for package in packages.EACH for file in (ROOT / package).rglob("*.py"))
    return {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file.read_text()
        for file in files
    }


def imported(text):
    """What its import statements name, wherever they stand: `from a import b` names a.b, which may be no module."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"say the whole path: {ast.unparse(node)}"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def lineage(name):
    """a, a.b and a.b.c: importing the last runs them all."""
    return set(accumulate(name.split("."), "{}.{}".format))


def graph(texts):
    """Each module with those that it needs. The packages that a module stands in run already when it does: it needs
    them only where it imports something that stands in their own files."""
    needs = {}
    for name, text in texts.items():
        needs[name] = set()
        for one in imported(text):
            asked = one if one in texts else one.rpartition(".")[0]
            needs[name] |= (lineage(asked) - lineage(name) | {asked}) & texts.keys() - {name}
    return needs


def circle(texts):
    try:
        TopologicalSorter(graph(texts)).prepare()
    except CycleError as error:
        return " <- ".join(error.args[1])
    return ""


def test_a_circle_is_seen_whatever_way_it_goes():
    lazy, for_types = "def f():\n from c.d import g", "if TYPE_CHECKING:\n from b.c import D"
    assert circle({"a": "import b", "b": lazy, "c": "", "c.d": "from a import f"}) == "a <- c.d <- b <- a"
    assert circle({"a": for_types, "b": "", "b.c": "import a"})
    assert circle({"a": "import b.c", "b": "import a", "b.c": ""})  # b runs before b.c does
    assert circle({"a": "from a import b", "a.b": "from a import f"})
    assert not circle({"a": "from a import b, c", "a.b": "", "a.c": "from a import b"})  # a package names its modules


def test_no_imports_go_round_in_a_circle():
    found = circle(sources())
    assert not found, found
