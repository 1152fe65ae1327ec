#!/usr/bin/env python3
"""Runs Django's commands and Care ID's own: `manage.py help` lists them."""

import os
import sys
from argparse import ArgumentParser

ARGUMENT_MOST = 10_000  # characters


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careid.settings")
    bounded(sys.argv)
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        demo = settings.DEMO
    except ImproperlyConfigured as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(2)
    from careid.serving import logs

    logs.take_over()
    if demo:
        from demo import env

        env.use_database()
    tersely()
    execute(sys.argv)


def execute(argv: list[str]) -> None:
    """Run a command; what the role of the database may not do is one line, whichever command meets it."""
    from django.conf import settings
    from django.core.management import execute_from_command_line
    from django.db import ProgrammingError

    try:
        execute_from_command_line(argv)
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") != "42501":  # Postgres, appendix A: insufficient privilege
            raise
        role = settings.DATABASES["default"]["USER"]
        sys.stderr.write(
            f"The role {role!a} of DATABASE_URL may not do that: run it as the role that owns the tables.\n"
        )
        sys.exit(1)


def bounded(arguments: list[str]) -> None:
    """Exit code 2 where an argument is longer than any that a command takes, before one reads it."""
    for place, argument in enumerate(arguments):
        if len(argument) > ARGUMENT_MOST:
            sys.stderr.write(f"Argument {place} is longer than {ARGUMENT_MOST} characters.\n")
            sys.exit(2)


def tersely() -> None:
    """A wrong argument is one line that names it. argparse would put all options before it, which `--help` shows."""
    ArgumentParser.print_usage = lambda *_: None  # type: ignore[method-assign]  # argparse has no switch for it


if __name__ == "__main__":
    main()
