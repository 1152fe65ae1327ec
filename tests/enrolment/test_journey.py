from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from careid.trail.models import Event
from enrolment.models import Attempt
from tests import kinds
from tests.desk.door.admins import signed_in
from tests.visitors import Visitor, newest_code

pytestmark = pytest.mark.django_db
PAGES = ["/code/", "/authenticators/", *kinds.every_page()]
# Where one who has typed the code is led from a page that is not theirs yet, or no more.
LED = {
    "/code/": "/authenticators/",
    **{page: next(iter(kinds.pages(kind))) for page, kind in kinds.every_page().items()},
}


def later(**units):
    return time_machine.travel(timezone.now() + timedelta(**units), tick=True)


def text(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("verb", ["get", "post"])
def test_a_page_out_of_order_leads_to_the_first_step_not_done(page, verb, visitor, person):
    open_it = getattr(visitor.client, verb)
    assert open_it(page).url == "/details/"
    visitor.details(person)
    if page != "/code/":
        assert open_it(page).url == "/code/"
    visitor.code(newest_code())
    if LED.get(page, page) != page:
        assert open_it(page).url == LED[page]
    assert not person.authenticators.exists()


def test_an_attempt_idle_for_15_minutes_is_over(visitor, person):
    visitor.reach(person)
    with later(minutes=15, seconds=1):
        for page in PAGES:
            assert visitor.client.get(page).url == "/expired/"
        page = text(visitor.client.get("/expired/"))
        assert "Nothing was added" in page or "nothing was added" in page
        assert visitor.client.get("/details/").status_code == 200  # and one may start again


def test_an_attempt_is_over_after_an_hour_however_busy(visitor, person):
    start = timezone.now()
    visitor.details(person)
    for minutes in (12, 24, 36, 48, 59):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=True):
            assert visitor.client.get("/code/").status_code == 200
    with time_machine.travel(start + timedelta(minutes=60, seconds=1), tick=True):
        assert visitor.client.get("/code/").url == "/expired/"


def test_the_right_to_add_ends_20_minutes_after_the_code(visitor, person):
    start = timezone.now()
    visitor.verify(person)
    with time_machine.travel(start + timedelta(minutes=12), tick=True):
        assert visitor.client.get("/authenticators/").status_code == 200
    with time_machine.travel(start + timedelta(minutes=20, seconds=2), tick=True):
        assert visitor.client.get("/authenticators/").url == "/expired/"


def test_carrying_on_gives_more_time(visitor, person):
    start = timezone.now()
    visitor.details(person)
    with time_machine.travel(start + timedelta(minutes=13), tick=True):
        assert visitor.client.post("/carry-on/").url == "/code/"
    with time_machine.travel(start + timedelta(minutes=27), tick=True):
        assert visitor.client.get("/code/").status_code == 200
    with time_machine.travel(start + timedelta(minutes=43), tick=True):
        assert visitor.client.post("/carry-on/").url == "/expired/"


def test_it_is_noted_once_a_minute_at_most_that_someone_is_there(visitor, person, django_assert_num_queries):
    visitor.details(person)
    with django_assert_num_queries(1):
        visitor.client.get("/code/")
    with later(seconds=61), django_assert_num_queries(2):
        visitor.client.get("/code/")


def test_starting_again_forgets_the_attempt(visitor, person):
    visitor.verify(person)
    cookie = visitor.client.cookies["careid"].value
    assert visitor.client.post("/restart/").url == "/"
    assert visitor.client.get("/authenticators/").url == "/details/"
    visitor.client.cookies["careid"] = cookie
    assert visitor.client.get("/authenticators/").url == "/expired/"


def test_new_details_forget_what_came_after_the_old(visitor, person, make_person):
    visitor.reach(person)
    cookie = visitor.client.cookies["careid"].value
    visitor.details(make_person())
    assert visitor.client.get(kinds.last_page(visitor.kind)).url == "/code/"
    visitor.client.cookies["careid"] = cookie
    assert visitor.client.get(kinds.last_page(visitor.kind)).url == "/expired/"


def test_the_cookie_is_random_has_no_age_and_its_row_keeps_a_hash(visitor, person):
    cookie = visitor.details(person).cookies["careid"]
    assert len(cookie.value) == 43
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"], cookie["expires"], cookie["path"]) == (
        True,
        "Lax",
        "",
        "",
        "/",
    )
    assert cookie.value.encode() not in bytes(Attempt.objects.get().token_hash)


@pytest.mark.parametrize("cookie", ["", "x", "x" * 5000, "\x01\x02", "caf\u00e9", "a" * 43, '"quoted"'])
def test_a_made_up_cookie_opens_nothing(cookie, visitor, person):
    visitor.client.cookies["careid"] = cookie
    assert visitor.client.get("/authenticators/").url == "/details/"


def test_a_page_uses_no_session(visitor, person):
    response = visitor.enrol(person)
    assert "admin" not in visitor.client.cookies
    assert "admin" not in response.cookies


def test_one_signed_in_to_the_admin_enrols_in_the_same_browser(visitor, person, admin_user):
    signed_in(visitor.client, admin_user)
    assert visitor.enrol(person).url.endswith("/done/")
    assert visitor.client.get("/admin/").status_code == 200


class TestAStaleToken:
    @pytest.fixture
    def strict(self):
        return Visitor(Client(enforce_csrf_checks=True))

    def test_details_are_shown_again_with_what_was_typed(self, strict, person):
        response = strict.details(person)
        assert response.status_code == 403
        assert person.email in text(response)
        assert "csrf" in response.cookies
        assert not Attempt.objects.exists()

    def test_a_page_of_a_live_attempt_is_shown_again_and_nothing_is_done(self, strict, visitor, person):
        visitor.details(person)
        strict.client.cookies["careid"] = visitor.client.cookies["careid"].value
        response = strict.code(newest_code())
        assert response.status_code == 403
        assert 'data-page="code"' in text(response)
        assert Attempt.objects.get().verified_at is None

    def test_elsewhere_it_is_an_error_in_plain_words(self, strict):
        response = strict.client.post("/restart/")
        assert response.status_code == 403
        assert 'data-page="error"' in text(response)


def test_each_of_three_presses_on_the_details_lands_on_the_code_page(person, settings):
    settings.CAPTCHA = "always"
    first = Visitor()
    picture = first.picture()
    answer = {"captcha_0": picture.hashkey, "captcha_1": f" {picture.challenge}"}
    presses = [first, first.another_window(), first.another_window()]
    assert {one.details(person, **answer).url for one in presses} == {"/code/"}
    assert {one.client.get("/code/").status_code for one in presses} == {200}  # whichever answer the browser keeps
    assert Attempt.objects.count() == 1
    assert first.another_window().details(person, nino="PP990000A", **answer).status_code == 422


def test_a_reference_has_no_vowel_and_no_look_alike(visitor, person):
    visitor.details(person)
    reference = Attempt.objects.get().reference
    assert len(reference) == 7
    assert not set(reference) & set("AEIOU0158BSZL")
    assert reference in text(visitor.client.get("/code/"))
    assert Event.objects.filter(reference=reference).count() == 3
