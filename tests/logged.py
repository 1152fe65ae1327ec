"""Everything that a run logs, and what must not stand in it."""

import json
import logging
import re
from pathlib import Path

from tests.environment import ENVIRONMENT

LINES = set()  # of this process, as the handlers of settings.LOGGING write them
FILES = []  # of the web and worker processes that tests start

# The people of the fixtures and of the demo, and every password. A name is looked for as a word.
NAMES = {"Ama", "Amina", "Sample", "Noor"}
PASSWORDS = {"lamp otter Tuesday window", "made up for the tests"}
SECRETS = {value for name, value in ENVIRONMENT.items() if name.endswith(("SECRET_KEY", "_SECRET"))} | {
    ENVIRONMENT[name].partition(":")[2] for name in ("CAREID_KEYS", "CAREID_INDEX_KEYS")
}
SHAPES = {
    "an email address": re.compile(r"[\w.+-]+(@|%40|\\u0040)[\w-]+\.\w", re.IGNORECASE),
    "an NI number": re.compile(r"\b[A-Z]{2}[ .-]?(\d{2}[ .-]?){3}[A-D]\b", re.IGNORECASE),
    "a code": re.compile(r"(?<![\w.:-])\d{6}(?![\w.-])"),
    "an app's key": re.compile(r"\b[A-Z2-7]{32}\b|\b([A-Z2-7]{4} ){7}"),
    "a token": re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{40,}(?![\w-])|eyJ\w{10}"),
}


class Journal:
    """Takes the place of standard error in the real handlers."""

    def write(self, text):
        LINES.add(text.rstrip("\n"))

    def flush(self):
        pass


def listen():
    """Let the handlers that the settings made write here. Returns how many there were."""
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in logging.root.manager.loggerDict)]
    ours = {one for logger in loggers for one in logger.handlers if type(one) is logging.StreamHandler}
    for handler in ours:
        handler.setStream(Journal())
    return len(ours)


def everything():
    """Each line once. Those of the files that are no JSON are of Python itself, or forged."""
    return LINES.union(*(Path(file).read_text(errors="replace").splitlines() for file in FILES))


def found(lines):
    """What each line tells that it must not."""
    return [f"{what}: {line}" for line in lines for what in _told(line)]


def _told(line):
    try:
        entry = json.loads(line)
    except ValueError:
        yield "not a line of ours"
        return
    said = json.dumps({name: value for name, value in entry.items() if name not in {"time", "request_id"}})
    for what, shape in SHAPES.items():
        if shape.search(said) and not (what == "a code" and entry["logger"].startswith("_granian")):  # process ids
            yield what
    if any(re.search(rf"\b{name}\b", said) for name in NAMES):
        yield "a name"
    if any(secret in said for secret in PASSWORDS | SECRETS):
        yield "a secret"
