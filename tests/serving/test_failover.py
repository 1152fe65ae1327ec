"""The primary dies and its standby takes its place, under a crowd; then that one only reads for a while.

Everybody writes again within five seconds, web and worker, and nothing that somebody was told is lost.
"""

import itertools
import os
import signal
import socket
import time
from datetime import timedelta

import pytest

from tests import portal
from tests.faults import crowd, facts, verdict
from tests.faults.ledger import Ledger
from tests.faults.post import Post
from tests.serving import pair, running

PEOPLE = 200
WITHIN = 5  # seconds
TOLD = 2  # people more who are told "added"
NOBODY_TWICE = itertools.count()
NOT_LOST = (verdict.told, verdict.proved, verdict.events)
READS = f"ALTER DATABASE {pair.NAME} SET default_transaction_read_only = {{}}"


class Town:
    """What a person of the crowd talks to."""

    closes = float("inf")

    def __init__(self, url, post, address):
        self.url, self.post, self.address = url, post, address

    def query(self, statement, *values):
        return pair.query(self.address, statement, *values)

    def picture(self, key):
        found = self.query("SELECT response FROM captcha_captchastore WHERE hashkey = %s", key)
        return found[0][0] if found else "gone"


@pytest.fixture(scope="module")
def databases(tmp_path_factory):
    with pair.running(tmp_path_factory.mktemp("pair")) as both:
        yield both


@pytest.fixture(scope="module")
def post():
    with socket.create_server(("127.0.0.1", 0)) as free:
        post = Post(free.getsockname()[1])
    post.up()
    yield post
    post.down()


@pytest.fixture(scope="module")
def filled(databases, post, tmp_path_factory):
    file = portal.people(tmp_path_factory.mktemp("people") / "people.csv", PEOPLE)
    portal.fill(portal.environment(database=databases.several, email_url=post.url), file)


@pytest.fixture
def start(filled, databases, post, tmp_path):
    """Web and worker at an address of the database; where they are, for a crowd."""
    started, log = [], (tmp_path / "log").open("w+")

    def start(address):
        environment = portal.environment(database=address, email_url=post.url)
        started.extend(portal.start(name, environment, log) for name in ("web", "worker"))
        town = Town(environment["CAREID_ORIGIN"], post, f"{databases.several}&target_session_attrs=read-write")
        portal.wait_until_it_answers(f"{town.url}/details/", log)
        return town

    yield start
    ended = [process.poll() for process in started]
    for process in started:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    log.close()
    assert ended == [None, None]  # by itself


@pytest.fixture(scope="module")
def ledger():
    return Ledger()


@pytest.fixture
def crowded(ledger, monkeypatch):
    """Let a crowd come, and go on coming for as long as the test lasts."""
    monkeypatch.setattr(crowd, "LAST_CALL", 1)
    here = []

    def come(town):
        here.append(crowd.Crowd(town, ledger))
        here[0]._serials = NOBODY_TWICE
        here[0].start()
        some_are_told(ledger)

    yield come
    for one in here:
        one.stop()
        assert one.broken == []


def some_are_told(ledger):
    before = len(ledger.told)
    running.until(lambda: len(ledger.told) >= before + TOLD)


def assert_all_write_again(ledger, town, since):
    """Five seconds after then a form was taken and a mail came, and nobody met an error page any more."""
    running.until(lambda: accepted(ledger, since) and mailed(town, since))
    assert accepted(ledger, since) < since + WITHIN
    assert mailed(town, since) < since + WITHIN
    some_are_told(ledger)
    assert [one for one in ledger.answers if one.at > since + WITHIN and one.status >= 500] == []


def accepted(ledger, since):
    """When the first form was taken, by an answer to somebody's POST."""
    return next((one.at for one in ledger.answers if one.at > since and one.status == 302), None)


def mailed(town, since):
    return next((one.at for one in town.post.deliveries if one.at > since), None)


def assert_nothing_is_lost(ledger, town):
    found = facts.read(town, code_life=timedelta(minutes=10))
    assert [breach for rule in NOT_LOST for breach in rule(ledger, found)] == []
    assert all(len(one.notices) == 1 for one in found.authenticators)


def test_the_standby_takes_over_and_everybody_writes_again(databases, start, crowded, ledger):
    town = start(databases.several)
    crowded(town)
    databases.lose_the_first()
    assert_all_write_again(ledger, town, databases.promote())
    assert_nothing_is_lost(ledger, town)


def test_who_could_only_read_for_a_while_writes_again(databases, start, crowded, ledger):
    """What an address does that leads to a standby for a while: the connections made meanwhile stay as they were."""
    town = start(databases.one)
    crowded(town)
    pair.run(databases.primary, READS.format("on"))
    pair.end_all(databases.primary)
    asked = len(ledger.answers)
    running.until(lambda: len(ledger.answers) > asked + 10)
    pair.run(databases.primary, "SET default_transaction_read_only = off", READS.format("off"))
    assert_all_write_again(ledger, town, time.time())
    assert_nothing_is_lost(ledger, town)
