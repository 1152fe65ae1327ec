"""My account: what a person has, and that it is theirs alone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.pages import times
from careid.trail.models import Event
from sign_in.models import Session, SignIn
from tests import kinds

pytestmark = pytest.mark.django_db
STATEMENTS_MOST = 4  # the session, what they have, where they are signed in, when they signed in


def page(client, path="/account/"):
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return " ".join(answer.content.decode().split())


def test_it_names_the_person_and_each_thing_that_they_have(here, stored, person):
    for kind in KINDS:
        stored(kind=kind, name=f"My {kind}")
    read = page(here)
    assert 'data-page="account"' in read
    assert str(person) in read
    assert all(f"My {kind}" in read and KINDS[kind].title in read for kind in KINDS)


def test_what_was_removed_and_what_is_anothers_is_not_shown(here, stored, make_person):
    stored(name="Removed", state="revoked", state_reason="lost")
    stored(make_person(), name="Not mine")
    read = page(here)
    assert "Removed" not in read
    assert "Not mine" not in read


def test_it_says_of_each_whether_it_works_from_when_it_will_or_why_not(here, stored):
    later = timezone.now() + timedelta(hours=20)
    stored(usable_from=later)
    stored(state="suspended", state_reason="not_me")
    read = page(here)
    assert "You can sign in with it" in read
    assert f"Works from {times.soon(later)}" in read
    assert "Stopped on" in read
    assert "Someone said that it was not yours" in read
    assert "can tell you why, and let it work again" in read


def test_it_says_when_each_was_used_last(here, one, stored):
    stored()
    one.refresh_from_db()
    read = page(here)
    assert times.moment(one.last_used_at) in read
    assert "Not yet" in read


def test_it_asks_few_things_however_much_there_is(here, one, stored, signs_in):
    for _ in range(4):
        signs_in(stored())
    for _ in range(25):
        signs_in(one)
    with CaptureQueriesContext(connection) as asked:
        page(here)
    assert len(asked) <= STATEMENTS_MOST, [query["sql"][:90] for query in asked]


def test_opening_it_changes_nothing(here, stored):
    other, before = stored(), Event.objects.count()
    rows = [list(model.objects.order_by("pk").values()) for model in (Authenticator, Session, SignIn)]
    for path in ("/account/", "/account/add/", f"/account/{other.pk}/remove/", f"/account/{other.pk}/name/"):
        page(here, path)
    assert Event.objects.count() == before
    assert rows == [list(model.objects.order_by("pk").values()) for model in (Authenticator, Session, SignIn)]


def test_a_name_is_given_changed_and_taken_back(here, one):
    for name in ("Ward phone", ""):
        assert here.post(f"/account/{one.pk}/name/", {"name": f" {name} "}).url == "/account/"
        one.refresh_from_db()
        assert one.name == name
    assert Event.objects.filter(name="authenticator.named").count() == 2


def test_a_name_that_is_too_long_stands_again(here, one):
    answer = here.post(f"/account/{one.pk}/name/", {"name": "x" * 41})
    assert answer.status_code == 422
    assert "x" * 41 in answer.content.decode()
    one.refresh_from_db()
    assert one.name == "Work phone"


def test_after_ten_names_somebody_waits(here, one):
    answers = [here.post(f"/account/{one.pk}/name/", {"name": f"Phone {n}"}).status_code for n in range(11)]
    assert answers == [302] * 10 + [429]


PATHS = ("/account/{}/name/", "/account/{}/remove/")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("whose", ["another's", "nobody's", "removed"])
def test_another_persons_is_not_there(whose, path, here, stored, make_person):
    other = stored(make_person(), name="Theirs") if whose == "another's" else stored()
    if whose == "removed":
        Authenticator.objects.filter(pk=other.pk).update(state="revoked", state_reason="lost")
    pk = uuid4() if whose == "nobody's" else other.pk
    assert here.get(path.format(pk)).status_code == 404
    assert here.post(path.format(pk), {"name": "Mine"}).status_code == 404
    other.refresh_from_db()
    assert (other.name, other.state) != ("Mine", "active")
    assert not Event.objects.filter(name__in=("authenticator.named", "authenticator.revoked")).exists()


EVERY_POST = (
    *("/account/add/", "/account/stay/", "/account/sessions/end/"),
    *(path.format(uuid4()) for path in (*PATHS, "/account/sessions/{}/end/", "/account/sign-ins/{}/not-me/")),
)


@pytest.mark.parametrize("path", EVERY_POST)
def test_a_form_of_another_site_does_nothing(path, here):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = here.cookies
    assert strict.post(path).status_code in {403, 404}
    assert Session.objects.get().ended_at is None


@pytest.mark.parametrize("path", EVERY_POST)
def test_who_is_not_signed_in_is_led_to_sign_in(path, client):
    assert client.post(path).url == "/sign-in/"


def test_a_stale_form_stands_again_with_what_was_typed(here, one):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = here.cookies
    answer = strict.post(f"/account/{one.pk}/name/", {"name": "Ward phone"})
    assert answer.status_code == 403
    assert "Ward phone" in answer.content.decode()


def test_what_has_a_name_of_its_own_is_told_with_what_it_is(here, stored):
    assert "What</dt>" in page(here)
    Authenticator.objects.update(name="")
    assert "What</dt>" not in page(here)


def test_where_something_is_kept_is_said_once_and_only_where_it_is_known(here, stored):
    stored(kind=kinds.some_kind())
    assert page(here).count("Where it is kept") == 2 * bool(KINDS[kinds.some_kind()].kept_in)
