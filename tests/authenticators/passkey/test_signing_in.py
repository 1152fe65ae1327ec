"""Somebody signs in with a passkey: what is asked, what is kept of it, and where it leads."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from authenticators.models import Authenticator
from careid.limits.models import LimitCount
from careid.trail.models import Event
from sign_in import visits
from sign_in.models import Session, SignIn, Visit
from tests import kinds
from tests.authenticators.passkey import way
from tests.threads import at_once, together
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
UP, UV, BE, BS = 0x01, 0x04, 0x08, 0x10
POST = "/sign-in/passkey/"
ANOTHER = next(slug for slug in kinds.slugs() if slug != "passkey")


@pytest.fixture
def passkey(person):
    return way.stored(person)


def test_a_passkey_signs_in_and_leads_to_my_account(visitor, passkey):
    assert way.sign_in(visitor, passkey).url == "/account/"
    assert visitor.client.get("/account/").status_code == 200
    made = SignIn.objects.get()
    assert (made.authenticator, made.amr, made.acr, made.level) == (passkey, "PASSKEY", "AAL2_PASSKEY", 2)
    passkey.refresh_from_db()
    assert passkey.last_used_at


def test_one_that_was_just_added_signs_in(visitor, person):
    visitor.enrol(person, "passkey")
    assert way.sign_in(Visitor(), Authenticator.objects.get()).url == "/account/"


def test_the_page_of_the_ways_takes_it_too(visitor, passkey):
    assert visitor.client.post("/sign-in/", way.used(visitor.page("/sign-in/"), passkey)).url == "/account/"


def test_the_request_names_no_passkey_and_asks_who_it_is(visitor):
    asked = way.options(visitor.page("/sign-in/"), "passkey-request")
    assert (asked["rpId"], asked["allowCredentials"], asked["userVerification"]) == ("localhost", [], "required")
    assert asked["timeout"] == 300_000
    assert way.options(visitor.page("/sign-in/"), "passkey-request")["challenge"] != asked["challenge"]


def test_a_look_at_the_page_leaves_no_row(visitor):
    visitor.page("/sign-in/")
    assert not Visit.objects.exists()


def test_its_count_is_kept(visitor, person):
    one = way.stored(person, count=4)
    assert way.sign_in(visitor, one, count=9).url == "/account/"
    one.refresh_from_db()
    assert one.material["sign_count"] == 9


def test_one_without_a_count_signs_in_again_and_again(passkey):
    assert [way.sign_in(Visitor(), passkey).url for _ in range(2)] == ["/account/"] * 2


def test_whether_it_is_backed_up_may_change_and_is_kept(visitor, person):
    one = way.stored(person, backup_eligible=True)
    assert way.sign_in(visitor, one, flags=UP | UV | BE | BS).url == "/account/"
    one.refresh_from_db()
    assert one.details["backed_up"] is True


def test_where_only_a_passkey_is_asked_for_its_button_stands_alone(visitor, passkey):
    visit = visits.begin(kinds=["passkey"])
    visitor.client.cookies["careid-visit"] = visit.token
    page = visitor.page("/sign-in/")
    assert "Use a passkey" in page
    assert 'name="password"' not in page
    assert visitor.client.post(POST, way.used(page, passkey)).url == "/account/"


def test_where_another_kind_is_asked_for_it_is_not_shown_and_lets_nobody_in(visitor, passkey):
    visit = visits.begin(kinds=[ANOTHER])
    visitor.client.cookies["careid-visit"] = visit.token
    assert "passkey-request" not in visitor.page("/sign-in/")
    assert visitor.client.post(POST, way.used(renewed(visitor, str(visit.pk)), passkey)).url == "/sign-in/refused/"
    assert not Session.objects.exists()


def renewed(visitor, visit):
    """A page of that visit, with the challenge that its script asks for."""
    told = visitor.client.get(f"{POST}request/?visit={visit}")
    assert told.headers["Content-Type"] == "application/json"
    return f'<input name="visit" value="{visit}"><script id="passkey-request">{told.content.decode()}</script>'


def test_a_page_that_is_open_for_an_hour_gets_another_challenge(visitor, passkey):
    visit = way.visit(visitor.page("/sign-in/"))
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
        assert visitor.client.post(POST, way.used(renewed(visitor, visit), passkey)).url == "/account/"


def test_another_browsers_page_gets_none(visitor):
    others = way.visit(Visitor().page("/sign-in/"))
    visitor.page("/sign-in/")
    assert visitor.client.get(f"{POST}request/?visit={others}").status_code == 409
    assert visitor.client.get(f"{POST}request/").status_code == 409
    assert visitor.client.post(f"{POST}request/").status_code == 405


def test_a_sign_in_that_succeeds_is_no_failure(visitor, passkey):
    way.sign_in(visitor, passkey)
    assert not LimitCount.objects.filter(limit="passkey_failures", count__gt=0).exists()


def test_a_second_press_leads_where_the_first_one_led(visitor, person):
    one = way.stored(person, count=1)
    other, typed = Visitor(), way.used(visitor.page("/sign-in/"), one)
    other.client.cookies["careid-visit"] = visitor.client.cookies["careid-visit"].value
    assert visitor.client.post(POST, typed).url == other.client.post(POST, typed).url == "/account/"
    assert other.client.get("/account/").status_code == 200
    assert SignIn.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def press(self, cookie, typed):
        other = Visitor()
        other.client.cookies["careid-visit"] = cookie
        return other.client.post(POST, typed).url

    def test_one_proof_sent_ten_times_opens_one_session_and_stops_nothing(self, visitor, person):
        one = way.stored(person, count=1)
        typed = way.used(visitor.page("/sign-in/"), one)
        cookie = visitor.client.cookies["careid-visit"].value
        answers = together([partial(self.press, cookie, typed)] * 10)
        assert set(answers) <= {"/account/", "/sign-in/refused/"}
        one.refresh_from_db()
        assert (one.state, SignIn.objects.count()) == ("active", 1)
        assert not Event.objects.filter(reason="count_went_back").exists()

    def test_two_proofs_of_one_challenge_open_one_session(self, visitor, person):
        one, page = way.stored(person, count=1), visitor.page("/sign-in/")
        cookie = visitor.client.cookies["careid-visit"].value
        together([partial(self.press, cookie, way.used(page, one, count=count)) for count in (2, 3)])
        one.refresh_from_db()
        assert (one.state, SignIn.objects.count()) == ("active", 1)

    def test_of_two_browsers_at_once_one_may_have_to_try_again_and_nothing_is_stopped(self, person):
        one, visitors = way.stored(person, count=1), [Visitor(), Visitor()]
        pages = [visitor.page("/sign-in/") for visitor in visitors]
        typed = [way.used(page, one, count=2 + which) for which, page in enumerate(pages)]
        rows = Authenticator.objects.filter(pk=one.pk)
        answers = at_once([lambda w=w: visitors[w].client.post(POST, typed[w]).url for w in range(2)], held=rows)
        assert sorted(answers) == ["/account/", "/sign-in/refused/"]
        assert {visit.refused for visit in Visit.objects.all()} == {"", "timed_out"}
        one.refresh_from_db()
        assert one.state == "active"

    def test_two_browsers_at_once_with_one_that_does_not_count_are_both_let_in(self, person):
        one, visitors = way.stored(person), [Visitor(), Visitor()]
        pages = [visitor.page("/sign-in/") for visitor in visitors]
        typed = [way.used(page, one) for page in pages]
        assert (
            together([lambda w=w: visitors[w].client.post(POST, typed[w]).url for w in range(2)]) == ["/account/"] * 2
        )
