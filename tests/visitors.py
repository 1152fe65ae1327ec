"""A visitor that walks the journey as a browser does, and the mail that it waits for."""

import re
from dataclasses import dataclass, field

from captcha.models import CaptchaStore
from django.core import mail as django_mail
from django.test import Client

from careid.post import delivering
from careid.post.models import Mail
from enrolment import assisted
from tests import kinds

ORIGIN = "http://localhost"


@dataclass
class Visitor:
    """Someone with a browser. Each verb posts what a page's form would."""

    client: Client = field(default_factory=Client)
    kind: str = ""  # that they are adding

    def details(self, person=None, *, email=None, nino=None, **extra):
        fields = {"email": email or person.email, "national_insurance_number": nino or person.nino}
        return self.client.post("/details/", fields | extra)

    def code(self, code):
        return self.client.post("/code/", {"code": code})

    def picture(self):
        """A new picture, made for this browser: its row."""
        made = self.client.get("/captcha/refresh/", headers={"X-Requested-With": "XMLHttpRequest"})
        return CaptchaStore.objects.get(hashkey=made.json()["key"])

    def another_window(self):
        """The same browser before it had an attempt: two presses of one button are two of these."""
        other = type(self)()
        other.client.cookies["csrf"] = self.client.cookies["csrf"].value
        return other

    def verify(self, person):
        self.details(person)
        response = self.code(newest_code())
        assert response.status_code == 302, response.content.decode()
        return response

    def let_in(self, person):
        """Past the code by a link of the Registration Authority, without a number or an address."""
        _, link, code = assisted.start(
            profile=person, by="admin:7", oneself=False, checked="video", checked_by="admin:9"
        )
        post()
        response = self.client.post(link.removeprefix(ORIGIN), {"code": code})
        assert response.status_code == 302, response.content.decode()
        return response

    def choose(self, kind):
        self.kind = kind
        return self.client.post("/authenticators/", {"kind": kind})

    def reach(self, person, kind=None):
        """Everything but the last page of a kind: returns that page."""
        self.verify(person)
        return self.go_on(kind)

    def go_on(self, kind=None):
        """The same, from choosing."""
        self.choose(kind or kinds.some_kind())
        return self.go_to(kinds.last_page(self.kind))

    def go_to(self, path):
        """The pages of their kind before this one."""
        for before, answer in kinds.pages(self.kind).items():
            if before == path:
                return self.page(path)
            response = self.client.post(before, answer(self.page(before), ORIGIN))
            assert response.status_code == 302, response.content.decode()
        raise AssertionError(f"{path} is no page of {self.kind}")

    def page(self, path):
        return self.client.get(path).content.decode()

    def last_page(self):
        return self.page(kinds.last_page(self.kind))

    def finish(self, **typed):
        """The last page, with what is right there or with what is typed instead."""
        path = kinds.last_page(self.kind)
        return self.client.post(path, typed or kinds.pages(self.kind)[path](self.page(path), ORIGIN))

    def fail(self):
        """The last page, with what it refuses."""
        return self.finish(**kinds.way(self.kind).wrong(self.last_page(), ORIGIN))

    def enrol(self, person, kind=None):
        self.reach(person, kind)
        response = self.finish()
        assert response.status_code == 302, response.content.decode()
        return response

    def sign_in(self, one, *, wrongly=False):
        """Every page of signing in with this authenticator; the last one with what it refuses, where that is asked."""
        if not kinds.proving(one.kind):
            return kinds.way(one.kind).prove(self, one, wrongly=wrongly)
        kind, holder = one.kind, kinds.holder(one)
        *before, last = kinds.proving(kind).items()
        for path, answer in before:
            response = self.prove(path, answer, holder)
            assert response.status_code == 302, response.content.decode()
        path, answer = last
        return self.prove(path, kinds.way(kind).disproof if wrongly else answer, holder)

    def prove(self, path, answer, holder):
        page = self.page(path)
        visit = re.search(r'name="visit" value="([^"]+)"', page).group(1)
        return self.client.post(path, {"visit": visit, **answer(page, ORIGIN, holder)})


def post():
    """Deliver what is queued, as a worker would, and return what was sent this time."""
    before = len(django_mail.outbox)
    for pk in Mail.objects.filter(state="queued").order_by("queued_at").values_list("pk", flat=True):
        delivering.deliver(str(pk))
    return django_mail.outbox[before:]


def newest_code():
    codes = [re.search(r"^\s*(\d{6})\s*$", sent.body, re.MULTILINE) for sent in post()]
    return [found.group(1) for found in codes if found][-1]
