"""The roles of web and worker, made for a test on the real Postgres, and what they are refused."""

import os
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

# Roles belong to the whole server, which several runs share.
RUN, WORK = f"careid_run_{os.getpid()}", f"careid_work_{os.getpid()}"


def execute(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def acting_as(role):
    execute(f"SET ROLE {role}")
    try:
        yield
    finally:
        execute("RESET ROLE")


def refusal(statement):
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        execute("SET LOCAL lock_timeout = '30s'; SET LOCAL statement_timeout = '60s'")  # a lock before rights
        execute(statement)
    return refused.value.__cause__.sqlstate
