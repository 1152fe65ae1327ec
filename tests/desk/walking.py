"""Every page of the desk, found as an admin would: by the links of the page before, one of each sort."""

import re
from html import unescape

from django.urls import URLResolver, get_resolver, resolve
from django.utils.functional import cached_property

LINK = re.compile(r'href="(/admin/[^"#]*)"')


class Pages:
    """What a signed-in client was answered, by the name of each page that is HTML."""

    def __init__(self, client, *more):
        self.client, self.more = client, more

    @cached_property
    def found(self):
        found, waiting = {}, ["/admin/", *self.more]
        while waiting:
            address = waiting.pop(0)
            name = resolve(address.partition("?")[0]).url_name
            if name in found:
                continue
            answer = self.client.get(address)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                found[name] = (address, answer.content.decode())
                waiting += [unescape(link) for link in LINK.findall(found[name][1])]
        return found


def names(resolver=None, before=""):
    """The names of all addresses beneath /admin/."""
    for one in (resolver or get_resolver()).url_patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from names(one, here)
        elif here.startswith("admin/"):
            yield one.name
