"""The real processes: a Postgres of this run's own, web, worker and mail server; each can be killed and brought back."""

import os
import signal
import socket
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

from demo import postgres
from demo.postgres_server import CannotRun
from tests import portal
from tests.faults.post import Post

CLOCK = Path(__file__).parent / "clock"
GRACE = 20  # seconds to stop in, at the end


def clock_out(seconds):
    """The settings of a process whose clock is out."""
    return {"CAREID_FAULTS_CLOCK": str(seconds), "PYTHONPATH": str(CLOCK)} if seconds else {}


class Town:
    """Everything that a person of the load talks to, and who keeps it running."""

    def __init__(self, folder, people):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.post = Post(free.getsockname()[1])
        self.folder = folder / "postgres"
        self.database = postgres.use(self.folder)
        with psycopg.connect(self.database, autocommit=True) as connection:
            # As production has it: else what was answered would go with a killed Postgres.
            connection.execute("ALTER DATABASE careid SET synchronous_commit = on")
        made = portal.environment(database=self.database, email_url=self.post.url)
        # A proxy of ours would say where each comes from: else all would share the limits of one address.
        ours = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings", "CAREID_TRUSTED_PROXIES": "1"}
        ours |= {"CAREID_MAILS_AN_HOUR": "6000000"}  # so that what is told within the run goes within it
        self.environment = made | ours
        self.url = self.environment["CAREID_ORIGIN"]
        self.log = (folder / "portal.log").open("w+")
        self.closes = float("inf")  # when whoever is still on their way goes home
        self.processes, self.clocks, self.restarts = {}, {}, []
        self._hands = threading.RLock()
        portal.fill(self.environment, portal.people(folder / "people.csv", people))

    def start(self, name, *, clock=0):
        """`clock`: how many seconds its clock is out."""
        self.clocks[name] = clock
        self.processes[name] = portal.start(name, portal.of_role(name, self.environment) | clock_out(clock), self.log)
        if name == "web":
            portal.wait_until_it_answers(f"{self.url}/details/", self.log)

    def tend(self, over):
        """What systemd or a container's engine does: start again whatever stopped by itself."""
        while not over.wait(1):
            with self._hands:
                for name in [name for name, process in self.processes.items() if process.poll() is not None]:
                    self.restarts.append(name)
                    self.start(name, clock=self.clocks[name])

    def revive(self, name, *, clock=0):
        with self._hands:
            self.kill(name)
            self.start(name, clock=clock)

    def kill(self, name):
        """The process that we started, and its own children, without a word."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_child(self, name):
        """The serving process alone: its parent brings up another."""
        for child in psutil.Process(self.processes[name].pid).children():
            child.kill()
        portal.wait_until_it_answers(f"{self.url}/details/", self.log)

    def kill_postgres(self):
        """Its first process; the others end by themselves. Then this run is who starts it again."""
        server = postgres._server(self.folder)
        first = int((server.data / "postmaster.pid").read_text().split()[0])
        os.kill(first, signal.SIGKILL)
        while server.answers():
            time.sleep(0.02)
        server.start()

    def kill_backend(self):
        """One connection's process: Postgres ends them all, and recovers by itself."""
        sql = """SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
                 ORDER BY state = 'active' DESC, random() LIMIT 1"""
        for (pid,) in self.query(sql):
            os.kill(pid, signal.SIGKILL)
        give_up = time.monotonic() + GRACE
        while time.monotonic() < give_up:
            with suppress(psycopg.OperationalError):
                time.sleep(0.1)
                self.query("SELECT 1")
                return
        raise CannotRun("Postgres did not recover from the end of one of its processes")

    def query(self, sql, *values):
        with psycopg.connect(self.database) as connection:
            return connection.execute(sql, values).fetchall()

    def hours_out(self):
        """How many rows bear a time that cannot be: an attempt has its start from web's clock, a mail its end from
        the worker's."""
        far = "abs(extract(epoch FROM {} - now())) > 3000"
        sql = f"SELECT count(*) FROM enrolment_attempt WHERE {far.format('started_at')}"
        sql += f" UNION ALL SELECT count(*) FROM careid_mail WHERE {far.format('settled_at')}"
        return sum(count for (count,) in self.query(sql))

    def picture(self, key):
        """What a person reads in the picture; a wrong answer where it was taken meanwhile."""
        found = self.query("SELECT response FROM captcha_captchastore WHERE hashkey = %s", key)
        return found[0][0] if found else "gone"

    def stop(self):
        for process in self.processes.values():
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            process.wait(GRACE + 10)
        self.log.close()


@contextmanager
def running(folder, people):
    town = Town(folder, people)
    town.post.up()
    over = threading.Event()
    tending = threading.Thread(target=town.tend, args=(over,))
    try:
        for name in ("web", "worker"):
            town.start(name)
        tending.start()
        yield town
    finally:
        over.set()
        if tending.ident:
            tending.join()
        town.stop()
        town.post.down()
