"""Whether the time of the answer to the details tells a match from any kind of no match."""

import json
import random
from collections import namedtuple
from math import sqrt
from statistics import median

from tests.bench.browser import Browser
from tests.bench.people import Person

EACH = 500
ERRORS_MOST = 3.1  # standard errors from a half
APART_MOST = 0.001  # seconds between medians
Told = namedtuple("Told", "kind median apart area errors holds")


def kinds(register, each):
    """What is typed, by kind."""
    right = register.people(each)
    wrong_number = [Person(one.email, f"PR{at:06}A") for at, one in enumerate(register.people(each))]
    return {
        "match": right,
        "number_differs": wrong_number,
        "no_profile": [Person(f"no.body{at:06}@example.nhs.uk", f"PS{at:06}A") for at in range(each)],
        "no_number": register.people(each, number=False),
        "closed": register.people(each, state="closed"),
        "organisation_not_taking_part": register.people(each, organisation="OFF"),
    }


def measure(crowd, each=EACH):
    """Every kind interleaved at random, each answer from an address of its own; its time, compared with a match's."""
    typed = kinds(crowd.register, each)
    order = [(kind, one) for kind, people in typed.items() for one in people]
    random.Random(5).shuffle(order)
    browser = Browser(crowd.server.port, "10.251.0.7")
    browser.get("/details/")
    browser.headers["X-Requested-With"] = "XMLHttpRequest"  # as the page's script asks for another picture
    taken = {kind: [] for kind in typed}
    for at, (kind, person) in enumerate(order):
        taken[kind].append(submit(browser, crowd.connection, person, at))
    match = taken.pop("match")
    return median(match), [compare(kind, match, others) for kind, others in taken.items()]


def submit(browser, connection, person, at):
    browser.headers["X-Forwarded-For"] = f"10.{100 + at // 60_000}.{at // 250 % 250}.{at % 250}"
    browser.cookies = {name: value for name, value in browser.cookies.items() if name == "csrf"}  # a new visitor
    picture = json.loads(browser.ask("GET", "/captcha/refresh/").body)["key"]
    connection.execute("UPDATE captcha_captchastore SET response = 'abc34' WHERE hashkey = %s", [picture])
    typed = {"email": person.email, "national_insurance_number": person.nino, "captcha_0": picture}
    page = browser.ask("POST", "/details/", {**typed, "captcha_1": "abc34"})
    assert page.status == 302, (person, page.status)
    return page.seconds


def compare(kind, match, others):
    """Mann and Whitney's U as an area under the curve, with the standard error that it has where nothing is told."""
    ranked = sorted([(seconds, 0) for seconds in match] + [(seconds, 1) for seconds in others])
    ranks = sum(rank for rank, (_, other) in enumerate(ranked, start=1) if other)
    ours, theirs = len(match), len(others)
    area = (ranks - theirs * (theirs + 1) / 2) / (ours * theirs)
    errors = abs(area - 0.5) / sqrt((ours + theirs + 1) / (12 * ours * theirs))
    apart = median(others) - median(match)
    return Told(kind, median(others), apart, area, errors, errors <= ERRORS_MOST or abs(apart) <= APART_MOST)
