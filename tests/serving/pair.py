"""Two Postgres of a test's own: the second follows the first, and can take its place."""

import os
import shutil
import signal
import time
from contextlib import contextmanager
from urllib.parse import quote

import psycopg

from demo import postgres
from demo.postgres_server import NAME, Server


class Pair:
    """`first` writes, and acknowledges nothing that `second` has not got."""

    def __init__(self, folder):
        self.first, self.second = (_at(folder / name) for name in ("first", "second"))
        self.primary = self.first
        self.first.make()
        self.first.start()
        run(self.first, f"ALTER DATABASE {NAME} SET synchronous_commit = on")  # the demo's own settings say off
        if os.getuid() == 0:
            (self.second.home / "wheel").symlink_to(self.first.home / "wheel")
        source = f"host={self.first.sockets} user={NAME} dbname={NAME}"
        self.second._do("pg_basebackup", "-R", "-c", "fast", "--no-sync", "-D", self.second.data, "-d", source)
        self.second.start()
        run(self.first, "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")

    @property
    def several(self):
        """An address that names both."""
        return _address(self.first, self.second)

    @property
    def one(self):
        """An address that names the primary alone."""
        return _address(self.primary)

    def lose_the_first(self):
        """Its first process is killed; the others end by themselves, and no goodbye is said."""
        os.kill(int((self.first.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def promote(self):
        """Returns when it was done."""
        self.second._do("pg_ctl", "promote", "-w", "-D", self.second.data)
        self.primary = self.second
        return time.time()

    def end(self):
        for server in (self.first, self.second):
            server.stop()
        for server in (self.first, self.second):
            shutil.rmtree(server.home, ignore_errors=True)


@contextmanager
def running(folder):
    pair = Pair(folder)
    try:
        yield pair
    finally:
        pair.end()


def run(server, *statements):
    with psycopg.connect(_address(server), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def end_all(server):
    """End every connection but one's own."""
    run(
        server,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = user AND pid <> pg_backend_pid()",
    )


def query(address, statement, *values):
    with psycopg.connect(address) as connection:
        return connection.execute(statement, values).fetchall()


def _at(folder):
    home = postgres.home(folder)
    home.mkdir(mode=0o711, parents=True)
    server = Server(home, home / "run")
    postgres._own(server.sockets, server.account[0], 0o700)
    if os.getuid() == 0:  # where the server's user makes its data
        os.chown(home, server.account[0], -1)
    return server


def _address(*servers):
    hosts = ",".join(quote(str(server.sockets), safe="") for server in servers)
    return f"postgres://{NAME}@/{NAME}?host={hosts}"
