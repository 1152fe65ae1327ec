"""The lookup of an identity among ten thousand people and among a million and a half, in turns."""

import random
import time
from collections import namedtuple
from contextlib import contextmanager
from statistics import median

FEW, MANY, ROUNDS = 10_000, 1_500_000, 2_000
Lookup = namedtuple("Lookup", "few many ratio")


def measure(few, many):
    """Median seconds of one `identity.find()` in each of two databases, by their names."""
    from enrolment import identity

    chosen = random.Random(5)
    taken = {few: [], many: []}
    with connected(few) as in_few, connected(many) as in_many:
        for at in range(ROUNDS + 200):
            for name, use, size in ((few, in_few, FEW), (many, in_many, MANY)):
                email = f"person{chosen.randint(1, size)}@crowd.example.nhs.uk"
                use()
                started = time.perf_counter()
                found = identity.find(email=email, nino="PP999999A")
                if at >= 200:
                    taken[name].append(time.perf_counter() - started)
                assert found.reason == "number_differs"
    return Lookup(median(taken[few]), median(taken[many]), median(taken[many]) / median(taken[few]))


@contextmanager
def connected(database):
    """A connection of Django's own to another database of this server; what it yields puts it in use."""
    from django.db import connections

    usual = connections["default"]
    settings = {**usual.settings_dict, "NAME": database}
    settings["OPTIONS"] = {name: value for name, value in settings["OPTIONS"].items() if name != "pool"}
    other = type(usual)(settings, "default")

    def use():
        connections["default"] = other

    try:
        yield use
    finally:
        other.close()
        connections["default"] = usual
