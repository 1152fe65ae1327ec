"""A database as the migrations leave it, made once for this code: what the tests make begins as a copy of it."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings

from demo import locks
from tests.environment import CACHE, ENVIRONMENT

PREFIX = "careid_migrated_"


def template():
    """The name of that database, made where it is not there. Runs that begin at once wait for the first of them."""
    lock = locks.hold(CACHE / "migrated")
    try:
        with psycopg.connect(ENVIRONMENT["DATABASE_URL"], autocommit=True) as server:
            found = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
            there, name = {one for (one,) in found}, f"{PREFIX}{_mark()}"
            if name not in there:
                _make(server, name, there)
    finally:
        os.close(lock)
    return name


def _mark():
    """Of whatever a migration, and what follows it, may be made of."""
    ours = {Path(one.path) for one in apps.get_app_configs() if Path(one.path).is_relative_to(settings.BASE_DIR)}
    files = {file for folder in ours if ".venv" not in folder.parts for file in folder.rglob("*.py")}
    told = hashlib.sha256(repr(settings.INSTALLED_APPS).encode())
    for file in (settings.BASE_DIR / "requirements" / "run.txt", *sorted(files)):
        told.update(file.read_bytes())
    return told.hexdigest()[:16]


def _make(server, name, old):
    making = f"{PREFIX}making"
    for one in old:
        server.execute(f"DROP DATABASE {one} WITH (FORCE)")
    server.execute(f"CREATE DATABASE {making}")
    there = ENVIRONMENT["DATABASE_URL"].replace("/careid?", f"/{making}?")
    migrate = [sys.executable, settings.BASE_DIR / "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, env=os.environ | {"DATABASE_URL": there}, check=True)
    server.execute(f"ALTER DATABASE {making} ALLOW_CONNECTIONS false")  # nobody counts its rows: a copy is like new
    server.execute(f"ALTER DATABASE {making} RENAME TO {name}")
