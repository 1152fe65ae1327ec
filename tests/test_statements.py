"""What one enrolment asks of Postgres, and how large its pages are: neither grows without a word."""

import re
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from captcha.models import CaptchaStore
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import kinds
from tests.visitors import ORIGIN, Visitor, newest_code

APART = re.compile(r"BEGIN|COMMIT|SAVEPOINT|RELEASE")
A_WHILE = timedelta(seconds=61)  # on each page, so that each press touches the attempt
STATEMENTS_MOST = 41  # of an app: its password is counted before anything is hashed; the other kinds have one less
PAGE_MOST = 30_000  # bytes, without what the browser keeps


class Counting:
    """A visitor who takes a minute on each page, and what each of their requests cost."""

    def __init__(self):
        self.visitor, self.now = Visitor(), timezone.now()
        self.statements, self.bytes = Counter(), {}

    def ask(self, method, path, fields=None):
        if method == "post":
            self.now += A_WHILE
        with time_machine.travel(self.now), CaptureQueriesContext(connection) as asked:
            response = getattr(self.visitor.client, method)(path, fields)
        self.statements[method, path] += sum(not APART.match(query["sql"]) for query in asked)
        self.bytes[path] = max(len(response.content), self.bytes.get(path, 0))
        return response

    def get(self, path):
        response = self.ask("get", path)
        assert response.status_code == 200, path
        return response.content.decode(errors="replace")

    def post(self, path, fields):
        response = self.ask("post", path, fields)
        assert response.status_code == 302, response.content.decode()
        return self.get(response.url)

    def enrol(self, person, kind):
        self.get("/")
        picture = re.search(r'name="captcha_0"[^>]*value="(\w{40})"', self.get("/details/")).group(1)
        self.get(f"/captcha/image/{picture}/")
        answer = CaptchaStore.objects.get(hashkey=picture).response
        details = {"email": person.email, "national_insurance_number": person.nino}
        self.post("/details/", {**details, "captcha_0": picture, "captcha_1": answer})
        self.post("/code/", {"code": newest_code()})
        page = self.post("/authenticators/", {"kind": kind})
        for path, answer in kinds.pages(kind).items():
            with time_machine.travel(self.now + A_WHILE):
                typed = answer(page, ORIGIN)
            page = self.post(path, typed)
        return page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", kinds.by_forms())
def test_an_enrolment_takes_few_statements_and_small_pages(kind, person, settings):
    settings.CAPTCHA = "always"
    cache.set("services", [], None)  # somebody else has had them read within the minute
    visit = Counting()
    assert 'data-page="done"' in visit.enrol(person, kind)
    assert visit.statements.total() <= STATEMENTS_MOST, visit.statements
    assert max(visit.bytes.values()) < PAGE_MOST, visit.bytes
