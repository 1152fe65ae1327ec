"""Texts that take time with the square of their length where they are normalised before they are measured."""

import time
from contextlib import contextmanager

KINDS = "\u0345\u035d\u035c\u0315\u0300\u0316\u0327\u0334"  # of eight classes, so that each is sorted past the others
MARKS = "a" + "\u0315\u0300" * 24_000
EIGHT = "a" + "".join(mark * 6_000 for mark in KINDS)
TEXTS = {
    "marks": MARKS,
    "eight kinds": EIGHT,
    "an address": f"x@{MARKS}",
    "a web address": f"https://{MARKS}/",
    "many": "," * 96_000,
    "digits": "9" * 96_000,
}
MOST = 1.0  # seconds of a processor


@contextmanager
def quickly(what=""):
    """The processor's own time, so that no busy machine fails it."""
    begun = time.thread_time()
    yield
    assert time.thread_time() - begun < MOST, what
