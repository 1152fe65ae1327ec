"""How a person adds a code on paper: the tick, and the code copied from what is shown."""

import re


def shown(page):
    return re.search(r'id="paper-code">([^<]+)<', page).group(1)


def wrong(page, origin):
    return {"code": shown(page)[::-1] + "0"}


def secrets(page):
    return [shown(page)]


PAGES = {
    "/authenticators/paper/": lambda page, origin: {"sole_access": "on"},
    "/authenticators/paper/copy/": lambda page, origin: {"code": shown(page)},
}
