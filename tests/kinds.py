"""The kinds there are, as the tests meet them. What is told of one kind alone stands in its own folder of tests:

way.py          how a person adds one: `PAGES`, its pages in order, each with what is typed there, told by the page
                and the portal's origin; the last one adds. `wrong(page, origin)`, what that one refuses;
                `secrets(page)`, what of it stands nowhere in plain. A kind that is added on another site has no `PAGES`
walking.py      the same in Chromium: `to_last(walk)` from choosing, `finish(walk)`
environment.py  `SETTINGS` of the environment, `ORGANISATION`, the fields of one that takes part, and what runs
                beside the portal: `COMMAND`, `beside(port)`, its settings, and `answers(environment)`, where
"""

from importlib import import_module
from importlib.util import find_spec


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


def secrets(kind, page):
    return way(kind).secrets(page)


def organisation():
    """The fields of an organisation whose people may add every kind."""
    return {name: value for one in _environments() for name, value in one.ORGANISATION.items()}


def _environments():
    names = [f"tests.authenticators.{slug}.environment" for slug in slugs()]
    return [import_module(name) for name in names if find_spec(name)]
