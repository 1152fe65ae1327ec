"""The kinds there are, as the tests meet them. What is told of one kind alone stands in its own folder of tests:

way.py          how a person adds one: `PAGES`, its pages in order, each with what is typed there, told by the page
                and the portal's origin; the last one adds. `wrong(page, origin)`, what that one refuses;
                `secrets(page)`, what of it stands nowhere in plain. A kind that is added on another site has no `PAGES`.
                And how a person signs in with it: `PROVING`, the pages in order with what is typed there, told by the
                page, the portal's origin and a `Holder`; the last one judges. `disproof(page, origin, holder)`, what
                that one refuses; `held(page, typed)`, what a person keeps of the page that added it, and
                `held_of(one)` of a row; `stored(person, **fields)`, one that is there without having been added.
                A kind that is proved on another site has no `PROVING`: `prove(visitor, one, wrongly=…)` goes there and
                back, while the context of `site(settings, monkeypatch)` runs it
walking.py      the same in Chromium: `to_last(walk)` from choosing, `finish(walk)`
environment.py  `SETTINGS` of the environment, `ORGANISATION`, the fields of one that takes part, and what runs
                beside the portal: `COMMAND`, `beside(port)`, its settings, and `answers(environment)`, where
"""

from contextlib import nullcontext
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any


@dataclass(frozen=True)
class Holder:
    """Who signs in: the address that they type, and what they hold, which their kind alone reads."""

    email: str
    held: Any


def slugs():
    from careid.settings import KINDS  # not before the environment is made

    return [name.rpartition(".")[2] for name in KINDS]


def way(kind):
    return import_module(f"tests.authenticators.{kind}.way")


def walking(kind):
    return import_module(f"tests.authenticators.{kind}.walking")


def by_forms():
    """Those that a person without a browser adds: with forms of ours alone."""
    return [slug for slug in slugs() if hasattr(way(slug), "PAGES")]


def some_kind():
    """An authenticator, of whatever kind."""
    return by_forms()[0]


def another_kind():
    return by_forms()[1]


def again_and_again():
    """A kind that is proved on the page of the ways itself, as often as one likes."""
    return next(slug for slug in by_forms() if len(proving(slug)) == 1)


def most(kind):
    """How many of it a profile may have."""
    from authenticators.registry import KINDS

    return KINDS[kind].most


def pages(kind):
    return way(kind).PAGES


def every_page():
    """Whose each page is that answers a form."""
    return {path: kind for kind in by_forms() for path in pages(kind)}


def last_page(kind):
    return list(pages(kind))[-1]


def proving(kind):
    """The pages of signing in with it; none where that is on another site."""
    return getattr(way(kind), "PROVING", {})


def site(kind, settings, monkeypatch):
    """A context in which it can be proved."""
    made = getattr(way(kind), "site", None)
    return made(settings, monkeypatch) if made else nullcontext()


def holder(one):
    """Who has this authenticator, which is of a kind's own `stored` or `PAGES`."""
    return Holder(one.profile.email, way(one.kind).held_of(one))


def secrets(kind, page):
    return way(kind).secrets(page)


def organisation():
    """The fields of an organisation whose people may add every kind."""
    return {name: value for one in _environments() for name, value in one.ORGANISATION.items()}


def _environments():
    names = [f"tests.authenticators.{slug}.environment" for slug in slugs()]
    return [import_module(name) for name in names if find_spec(name)]
