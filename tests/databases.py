"""Whole databases beside the tests' own, which no transaction may make or drop; and another's connection to that one."""

from contextlib import contextmanager

import psycopg
from django.db import connection


@contextmanager
def beside(ending):
    """An empty database named as the tests' own is, with this ending; it is dropped, whoever is in it."""
    name = f"{connection.settings_dict['NAME']}_{ending}"
    drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
    _run(drop, f"CREATE DATABASE {name}")
    try:
        yield name
    finally:
        _run(drop)


def _run(*statements):
    ours = connection.get_connection_params() | {"options": "", "cursor_factory": psycopg.Cursor}
    with psycopg.connect(**ours, autocommit=True) as other:
        for statement in statements:
            other.execute(statement)


@contextmanager
def elsewhere():
    """Another's connection to the same database."""
    with psycopg.connect(**{**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}) as other:
        yield other
