"""What signing in asks of Postgres: little, and the same for an address that is somebody's and one that is nobody's."""

import re

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careid.post.models import Mail
from careid.trail.models import Event
from tests.authenticators.totp.forgetting import CODE, START, Forgetful
from tests.authenticators.totp.people import shown, with_app, wrong
from tests.authenticators.totp.signing_in import Here, known_browser
from tests.authenticators.totp.way import PASSWORD
from tests.test_secrets_at_rest import dump
from tests.visitors import newest_code

pytestmark = pytest.mark.django_db(transaction=True)
APART = re.compile(r"BEGIN|COMMIT|SAVEPOINT|RELEASE")
MOST = 10  # of the one POST that judges, from a browser that knows the person
NOBODY = "nobody.knows.me.here@example.org"


@pytest.fixture
def app(person):
    cache.set("services", [], None)  # somebody else has had them read within the minute
    return with_app(person)


class Asked:
    """The statements of a block, each without its values."""

    def __enter__(self):
        self.captured = CaptureQueriesContext(connection)
        self.captured.__enter__()
        return self

    def __exit__(self, *why):
        self.captured.__exit__(*why)
        asked = [query["sql"] for query in self.captured if not APART.match(query["sql"])]
        self.shapes = [re.sub(r"'(?:[^']|'')*'(?:::\w+)?|\b\d+\b|NULL", "?", sql) for sql in asked]


def shape(answer):
    """A page, less what differs from visit to visit."""
    page = re.sub(
        r'(?s)value="[^"]{20,}"|visit=[\w-]+|<script[^>]*application/json.*?</script>', "", answer.content.decode()
    )
    return answer.status_code, sorted(answer.headers), page


def test_the_post_that_judges_takes_few_statements_from_a_known_browser(app):
    here = known_browser(app)
    here.client.cookies.pop(settings.HERE_COOKIE)
    here.type(app.profile.email)
    page = here.page("/sign-in/totp/")
    visit, before = re.search(r'name="visit" value="([^"]+)"', page).group(1), Mail.objects.count()
    with Asked() as asked:
        answer = here.client.post("/sign-in/totp/", {"visit": visit, "code": shown(app)})
    assert answer.url == "/account/"
    assert Mail.objects.count() == before
    assert len(asked.shapes) <= MOST, "\n".join(asked.shapes)


def test_signing_in_is_the_same_for_an_address_that_is_somebodys_and_one_that_is_nobodys(app):
    code, seen = wrong(app), []
    for email in (app.profile.email, NOBODY):
        here, rows = Here(), Event.objects.count()
        with Asked() as typed:
            first = shape(here.type(email))
        with Asked() as judged:
            second = shape(here.prove(code))
        second = (*second[:2], second[2].replace(email, ""))
        seen.append((typed.shapes, first, judged.shapes, second, Event.objects.count() - rows))
    assert seen[0] == seen[1]


def test_the_lock_is_the_same_too(app):
    code, seen = wrong(app), []
    for email in (app.profile.email, NOBODY):
        here = Here()
        for _ in range(5):
            here.sign_in(email, PASSWORD, code)
        with Asked() as told:
            first = here.sign_in(email, PASSWORD, code).status_code
        with Asked() as locked:
            second = here.sign_in(email, PASSWORD, code).status_code
        seen.append((len(told.shapes), first, locked.shapes, second))
    assert seen[0] == seen[1]


def test_a_forgotten_password_is_the_same_for_both_up_to_the_right_code(app):
    seen = []
    for email in (app.profile.email, NOBODY):
        here = Forgetful()
        with Asked() as asked:
            first = shape(here.client.post(START, {"email": email}))
        page = shape(here.client.get(CODE))
        with Asked() as judged:
            second = shape(here.mailed("000000"))
        pages = [(*one[:2], one[2].replace(email, "")) for one in (first, page, second)]
        seen.append((asked.shapes, pages, judged.shapes))
    assert seen[0] == seen[1]


def test_a_dump_of_the_whole_database_holds_nothing_that_was_typed(app):
    here = Forgetful()
    here.type(app.profile.email)
    waiting = dump()
    here.ask(app.profile.email)
    asked = dump()
    code = newest_code()
    here.mailed(code)
    here.app(shown(app))
    for copy in (waiting, asked, dump()):
        for secret in (PASSWORD, app.material["key"], here.client.cookies[settings.VISIT_COOKIE].value):
            assert secret.encode() not in copy
    assert not re.search(rb"(?<![\d.:+-])" + code.encode() + rb"(?!\d)", asked)
