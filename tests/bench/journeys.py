"""Whole enrolments: what one costs the server, and how many of them go through at once."""

import re
import time
from collections import Counter, namedtuple
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, median, quantiles

from tests.bench import portal
from tests.bench.browser import Browser, enrol

WARM_UP, COUNTED, BARE_PAGES = 6, 40, 3_000
APART = re.compile(r"BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE", re.IGNORECASE)
Rush = namedtuple("Rush", "at_once done a_second errors enrolments answers")


class Crowd:
    """Visitors of one portal, each a person of their own at an address of their own."""

    def __init__(self, server, register, connection, post):
        self.server, self.register, self.connection, self.post = server, register, connection, post
        self.visits = 0

    def visit(self, person):
        self.visits += 1
        number = self.visits
        browser = Browser(self.server.port, f"10.{number // 250 % 250}.{number % 250}.7")
        with portal.connect(self.connection.info.dbname) as beside:
            started = time.perf_counter()
            waited = enrol(browser, person, answer=lambda key: answer(beside, key), box=self.post.box(person.email))
            taken = time.perf_counter() - started
        browser.http.close()
        return browser, taken, waited

    def visits_in_turn(self, count):
        return [self.visit(person) for person in self.register.people(count)]

    def rush(self, at_once, total):
        """`total` enrolments, `at_once` of them at any time."""
        people = self.register.people(total)
        done, errors = [], []

        def one(person):
            try:
                done.append(self.visit(person))
            except Exception as error:  # noqa: BLE001  whatever went wrong is what is counted
                errors.append(str(error) or type(error).__name__)

        started = time.perf_counter()
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(one, people))
        seconds = time.perf_counter() - started
        answers = [page.seconds for browser, _, _ in done for _, page in browser.pages]
        return Rush(at_once, len(done), len(done) / seconds, Counter(errors), [taken for _, taken, _ in done], answers)


def answer(connection, key):
    """What the picture says: read beside the portal, as no program should be able to read it."""
    return connection.execute("SELECT response FROM captcha_captchastore WHERE hashkey = %s", [key]).fetchone()[0]


def percentiles(values):
    cuts = quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]


def page_cost(server, count=BARE_PAGES, path="/", browser=None):
    """Processor seconds of the server for one GET of a page."""
    browser = browser or Browser(server.port, "10.250.0.7")
    for _ in range(count // 10):
        browser.get(path)
    before = server.processor_seconds()
    for _ in range(count):
        browser.get(path)
    return (server.processor_seconds() - before) / count


def hash_cost(count=20):
    """Processor seconds of one Argon2 hash with the portal's own parameters."""
    from django.contrib.auth.hashers import make_password

    make_password("to warm up")
    before = time.process_time()
    for _ in range(count):
        make_password("lamp otter Tuesday window")
    return (time.process_time() - before) / count


def enrolment_cost(crowd, count=COUNTED):
    """Processor seconds of the web server for one enrolment, with its wall time, the mail's part of it, and its pages."""
    before = crowd.server.processor_seconds()
    visits = crowd.visits_in_turn(count)
    cost = (crowd.server.processor_seconds() - before) / count
    pages = [(what, len(page.body)) for what, page in visits[-1][0].pages if page.status == 200]
    return cost, median(taken for _, taken, _ in visits), mean(waited for _, _, waited in visits), pages


def statements(crowd):
    """What the web process asks of Postgres in one enrolment: statements, and those apart."""
    with asked(crowd.connection) as said:
        crowd.visits_in_turn(1)
    return counted(said)


def counted(said):
    """How many statements, and how many BEGIN, COMMIT and savepoints."""
    apart = [one for one in said if APART.match(one)]
    return len(said) - len(apart), len(apart)


@contextmanager
def asked(server):
    """What the web process asks of Postgres meanwhile, from Postgres's own log: a list, whole once this has ended."""
    log = Path(server.execute("SHOW unix_socket_directories").fetchone()[0].strip('"')) / "log"
    server.execute("ALTER SYSTEM SET log_line_prefix = '%a '")
    server.execute("ALTER SYSTEM SET log_statement = 'all'")
    server.execute("SELECT pg_reload_conf()")
    time.sleep(1)
    start, said = log.stat().st_size, []
    yield said
    server.execute("ALTER SYSTEM RESET ALL")
    server.execute("SELECT pg_reload_conf()")
    with log.open(errors="replace") as file:
        file.seek(start)
        said += re.findall(r"^bench-web LOG:  (?:statement|execute [^:]*): (.*)", file.read(), re.MULTILINE)
