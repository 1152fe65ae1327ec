"""Somebody at a browser who signs in with an app, as its pages' forms would."""

import re
from datetime import timedelta

import time_machine
from django.utils import timezone

from authenticators.totp import guessing, whose
from careid.limits import counting
from careid.limits.models import LimitCount
from careid.serving.visitors import Visitor
from sign_in.browser import Browser
from tests import visitors
from tests.authenticators.totp.people import shown, wrong
from tests.authenticators.totp.way import PASSWORD

VISIT = re.compile(r'name="visit" value="([^"]+)"')


class Here(visitors.Visitor):
    """A browser. Each verb asks for the page that it posts first, as a person does."""

    visit = ""

    def post(self, page, path, **fields):
        visit = VISIT.search(self.page(page))
        return self.client.post(path, {"visit": visit.group(1), **fields} if visit else fields)

    def type(self, email, password=PASSWORD):
        return self.post("/sign-in/", "/sign-in/", email=email, password=password)

    def prove(self, code):
        return self.post("/sign-in/totp/", "/sign-in/totp/", code=code)

    def sign_in(self, email, password, code):
        """The same without looking at the pages, once the first was: a visit stays the same until somebody is in."""
        typed = self.client.post("/sign-in/", {"visit": self.visit, "email": email, "password": password})
        if typed.status_code == 302 and typed.url == "/sign-in/":  # there is none yet, or none any more
            self.visit = VISIT.search(self.page("/sign-in/")).group(1)
            typed = self.client.post("/sign-in/", {"visit": self.visit, "email": email, "password": password})
        if typed.status_code != 302:
            return typed
        answer = self.client.post("/sign-in/totp/", {"visit": self.visit, "code": code})
        self.visit = "" if answer.status_code == 302 else self.visit
        return answer

    def come_in(self, app):
        """Sign in with this app, everything right."""
        return self.sign_in(app.profile.email, PASSWORD, shown(app))

    def is_here(self):
        return self.client.get("/account/").status_code == 200


def text(answer):
    """What a page says, on one line."""
    return " ".join(answer.content.decode().split())


def fail(here, app, times, email=None):
    """So many wrong tries, all at one moment: the status of each."""
    code = wrong(app)
    return [here.sign_in(email or app.profile.email, PASSWORD, code).status_code for _ in range(times)]


def so_often(limit, subject, times):
    """Count as if there had been so many tries."""
    counting.hit((limit, subject))
    LimitCount.objects.filter(limit=limit.name).update(count=times)


def guess(app, times):
    """So many tries from a browser that knows nobody, without the pages: whether each was judged."""
    who = whose.find(email=app.profile.email, browser=Browser(), here=Visitor("127.0.0.1", "127.0.0.0/24", 1))
    judged = []
    for _ in range(times):
        try:
            guessing.count(who)
            judged.append(True)
        except counting.Locked:
            judged.append(False)
    return judged


def known_browser(app):
    """A browser in which they signed in, a minute ago."""
    here = Here()
    with time_machine.travel(timezone.now() - timedelta(minutes=1)):
        assert here.come_in(app).url == "/account/"
    return here
