"""One JSON line a record, for ours and for the libraries': closed words, numbers and ids, never what a visitor typed.

Ours say `log.error("words that are always the same", mail_id=…)`. A field that is not in FIELDS is left out. Of a
library's record its unfilled words are written, of an exception its class and its frames: the rest may be a person's.
"""

import json
import logging
import logging.config
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import structlog
from django.db import OperationalError

FIELDS: Final = frozenset(
    {
        *("request_id", "method", "route", "status", "milliseconds"),
        *("job_id", "task", "mail_id", "logout_id", "attempt_id", "visit_id", "admin"),
        *("limit", "most", "reason", "answer", "failure", "seal"),
    }
)
OURS: Final = frozenset(
    {
        *("careid", "enrolment", "authenticators", "profiles", "sign_in", "account", "provider", "apply", "moves"),
        *("desk", "operating", "demo"),
        "__main__",
    }
)
# These speak of processes, connections and job ids alone: their words are written as they are filled.
PLAIN: Final = ("_granian", "granian", "procrastinate", "psycopg.pool", "py.warnings")
TEXT_MOST: Final = 300  # characters
FRAMES_MOST: Final = 30
ROOT: Final = f"{Path(__file__).resolve().parents[2]}/"


def configure(config: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: the standard library's loggers, and structlog's on top of them."""
    logging.config.dictConfig(config)
    logging.raiseExceptions = False  # a full disk is nobody's error page; and what failed to be written stays unsaid
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.render_to_log_kwargs],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def take_over() -> None:
    """Where nobody sits at a terminal, what ends the process or a thread, and warnings, are lines of the log too."""
    if not sys.stderr.isatty():
        logging.captureWarnings(capture=True)
        sys.excepthook = _ended
        threading.excepthook = lambda ended: _ended(
            ended.exc_type, ended.exc_value or ended.exc_type(), ended.exc_traceback
        )


def _ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    record = logging.LogRecord("careid", logging.CRITICAL, "", 0, "ended by an error", None, (kind, error, trace))
    sys.stderr.write(f"{Line().format(record)}\n")


class Fault(logging.Filter):
    """Django notes each answer from 500 on; ours has its line already, so only what holds an error is let through."""

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(record.exc_info)


class Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
            **_job(record),
            **_fields(structlog.contextvars.get_contextvars()),
            **_fields(vars(record)),
        }
        if record.exc_info and record.exc_info[1]:
            entry["errors"] = list(map(_error, _chain(record.exc_info[1])))
        return json.dumps(entry).replace("\x7f", "\\u007f")


def _event(record: logging.LogRecord) -> str:
    """The words, to the end of their first line; those that a library would fill stay unfilled."""
    package = record.name.partition(".")[0]
    plain = package in OURS or record.name.startswith(PLAIN) or not record.args
    words = record.getMessage() if plain else str(record.msg)
    return (words.splitlines() or [""])[0][:TEXT_MOST]


def _fields(given: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, int | float) else str(value)[:TEXT_MOST]
        for name, value in given.items()
        if name in FIELDS and value is not None
    }


def _job(record: logging.LogRecord) -> dict[str, Any]:
    """What procrastinate hangs on its records, but for the arguments."""
    job = getattr(record, "job", None)
    return {"job_id": job.get("id"), "task": job.get("task_name")} if isinstance(job, dict) else {}


def _chain(error: BaseException) -> list[BaseException]:
    """An error and those that led to it, the last first."""
    found: list[BaseException] = []
    following: BaseException | None = error
    while following and following not in found:
        found.append(following)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return found


def _error(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_MOST:]
    told = {
        "class": f"{type(error).__module__}.{type(error).__qualname__}",
        "frames": [f"{frame.filename.removeprefix(ROOT)}:{frame.lineno} {frame.name}" for frame in frames],
    }
    state = getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None)
    if state:
        told["sqlstate"] = str(state)
    elif isinstance(error, OperationalError):  # the database was not reached, and no row is spoken of
        told["why"] = (str(error).splitlines() or [""])[0][:TEXT_MOST]
    return told
