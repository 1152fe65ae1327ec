"""Clients that are slow on purpose take nothing from an honest one."""

import time
from contextlib import ExitStack

from tests.serving.running import BODY, HEADERS, ask, dripping, threads, unread, until

MANY = 200
SOON = 10  # seconds, on a busy machine; who had to wait for the slow ones would wait for ever
LARGEST = "/static/wagtailnhsukfrontend/css/nhsuk-frontend-10.4.2.min.css"


def assert_served(port):
    for path in ("/", "/details/"):
        began = time.monotonic()
        status, page = ask(port, path)
        assert (status, "data-page" in page) == (200, True)
        assert time.monotonic() - began < SOON


def test_two_hundred_bodies_that_drip_and_two_hundred_headers_slow_nobody(web):
    process, port = web
    with dripping(port, HEADERS, MANY), dripping(port, BODY, MANY):
        until(lambda: threads(process) > MANY)  # each body holds one
        assert_served(port)


def test_two_hundred_who_read_nothing_slow_nobody(web):
    process, port = web
    with unread(port, LARGEST, MANY):
        until(lambda: threads(process) > MANY)
        assert_served(port)


def test_more_connections_than_a_system_offers_files_shut_nobody_out(web):
    _, port = web
    with ExitStack() as idle:
        for _ in range(6):
            idle.enter_context(dripping(port, b"", MANY))
        assert_served(port)
