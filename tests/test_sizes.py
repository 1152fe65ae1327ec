"""What CONTRIBUTING says of sizes, held in the code: what grows past them is split while it is still small."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINES = {".py": 200, ".html": 50, ".js": 60}
FUNCTION = 30
EXCEPTED = {"careid/settings.py", "careid/migrations/0001_people_trail_outbox.py"}


def ours():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [name for name in tracked if not name.startswith("tests/") and (ROOT / name).suffix in LINES]


@pytest.mark.parametrize("suffix", LINES)
def test_no_file_is_longer_than_somebody_reads_at_once(suffix):
    lines = {name: (ROOT / name).read_text().count("\n") for name in ours() if name.endswith(suffix)}
    assert len(lines) > 5
    assert {name: many for name, many in lines.items() if many > LINES[suffix]}.keys() - EXCEPTED == set()


def test_no_function_is_longer_than_thirty_lines():
    functions = {
        f"{name}:{one.lineno} {one.name}": one.end_lineno - one.lineno + 1
        for name in ours()
        if name.endswith(".py")
        for one in ast.walk(ast.parse((ROOT / name).read_text()))
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert len(functions) > 500
    assert {name: many for name, many in functions.items() if many > FUNCTION} == {}
