"""How long an honest visitor waits beside slow clients: `python -m tests.bench.slow_clients` prints a table."""

import sys
import tempfile
import time
from pathlib import Path

from tests import environment  # noqa: F401  the settings, and a Postgres that runs
from tests.serving import running

LARGEST = "/static/wagtailnhsukfrontend/css/nhsuk-frontend-10.4.2.min.css"
KINDS = {
    "headers, a byte a second": lambda port, count: running.dripping(port, running.HEADERS, count),
    "a body, a byte a second": lambda port, count: running.dripping(port, running.BODY, count),
    "the largest file, unread": lambda port, count: running.unread(port, LARGEST, count),
}
ASKED, SOON = 20, 3


def main():
    slow = False
    _say("| slow clients | worst page of 20, ms | threads | memory, MB |")
    _say("|---|---|---|---|")
    for name, kind in {"none": None, **KINDS}.items():
        for count in (60, 200) if kind else (0,):
            with tempfile.TemporaryDirectory() as folder, running.web(Path(folder) / "log") as (process, port):
                worst, threads, memory = _beside(kind, count, process, port)
            _say(f"| {count or ''} {name} | {worst * 1000:.0f} | {threads} | {memory:.0f} |")
            slow = slow or worst > SOON
    return 1 if slow else 0


def _say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _beside(kind, count, process, port):
    if kind is None:
        return _worst(port), running.threads(process), running.memory(process)
    with kind(port, count):
        time.sleep(2)
        return _worst(port), running.threads(process), running.memory(process)


def _worst(port):
    return max(_page(port) for _ in range(ASKED))


def _page(port):
    began = time.perf_counter()
    status, _ = running.ask(port)
    assert status == 200, status
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
