"""A forgotten password: its pages open in their order, each for its time, and each code is tried five times."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from authenticators.totp import forgotten, whose
from careid.errors import Refused
from careid.serving.visitors import Visitor
from careid.trail.models import Event
from sign_in import visits
from sign_in.browser import Browser
from sign_in.models import Visit
from tests.authenticators.totp.forgetting import APP, CODE, NEXT, START, Forgetful
from tests.authenticators.totp.people import shown, wrong
from tests.authenticators.totp.signing_in import text
from tests.visitors import newest_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return Forgetful()


def test_pages_open_in_their_order(here, app):
    for page in (CODE, APP, NEXT):
        assert here.client.get(page).url == START
        assert here.client.post(page, {"code": "123456"}).url == START
    here.ask(app.profile.email)
    for page in (APP, NEXT):
        assert here.client.get(page).url == CODE
    here.mailed(newest_code())
    for page in (CODE, NEXT):
        assert here.client.get(page).url == APP


@pytest.mark.parametrize("words", ["", "no address", "a@b", "x" * 300 + "@example.org"])
def test_what_is_no_address_is_told_so(words, here):
    assert here.ask(words).status_code == 422
    assert not Visit.objects.exists()


def test_a_wrong_mailed_code_is_told_and_five_kill_it(here, app):
    here.ask(app.profile.email)
    right = newest_code()
    codes = [f"{(int(right) + step) % 10**6:06}" for step in range(1, 6)]
    for code in codes:
        answer = here.mailed(code)
        assert answer.status_code == 422
    assert "5 wrong codes" in text(here.mailed(right))
    here.ask(app.profile.email)
    assert here.mailed(newest_code()).url == APP


def test_a_mailed_code_lives_ten_minutes_and_the_newest_alone(here, app):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        here.ask(app.profile.email)
        first = newest_code()
    with time_machine.travel(now + timedelta(minutes=9, seconds=59), tick=False):
        here.ask(app.profile.email)
        second = newest_code()
        assert first == second or here.mailed(first).status_code == 422
    with time_machine.travel(now + timedelta(minutes=19, seconds=59), tick=False):
        answer = here.mailed(second)
        assert "That code has run out" in text(answer)


@pytest.mark.parametrize("stage", ["mailed", "app"])
def test_each_proof_lasts_twenty_minutes(stage, here, app):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        here.to_app(app.profile) if stage == "mailed" else here.to_password(app)
    page = APP if stage == "mailed" else NEXT
    with time_machine.travel(now + timedelta(minutes=19, seconds=59), tick=False):
        assert here.client.get(page).status_code == 200
    with time_machine.travel(now + timedelta(minutes=20), tick=False):
        assert here.client.get(page).url == START


def test_the_browser_gets_another_token_at_each_proof(here, app):
    tokens = []
    for step in (lambda: here.ask(app.profile.email), lambda: here.mailed(newest_code()), lambda: here.app(shown(app))):
        step()
        tokens.append(here.client.cookies["careid-visit"].value)
    assert len(set(tokens)) == 3
    stranger = Forgetful()
    for token in tokens[:2]:
        stranger.client.cookies["careid-visit"] = token
        assert stranger.client.get(NEXT).url == START


def test_five_wrong_codes_of_the_app_and_all_begins_again(here, app):
    here.to_app(app.profile)
    with time_machine.travel(timezone.now(), tick=False):
        answers = [here.app(wrong(app)) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422] * 5
    assert 'data-page="forgotten-app"' in text(answers[3])
    assert 'data-page="forgotten"' in text(answers[4])
    assert "5 wrong codes from the app" in text(answers[4])
    assert here.client.get(APP).url == START
    assert here.app(shown(app)).status_code != 302 or here.client.get(NEXT).url != NEXT
    assert Event.objects.filter(name="sign_in.refused", reason="wrong", profile_id=app.profile_id).count() == 5


def test_a_sixth_code_of_the_app_that_comes_with_the_others_is_not_judged(here, app):
    here.to_app(app.profile)
    visit = Visit.objects.get(purpose="forgotten")
    visits.put(visit=visit, slug=forgotten.SLUG, entry={**forgotten.read(visit), "tries": 5})
    who = whose.find(email=app.profile.email, browser=Browser(), here=Visitor("127.0.0.1", "127.0.0.0/24", 1))
    with pytest.raises(Refused, match="spent"):
        forgotten.check_app(visit=visit, typed=shown(app), who=who)


def test_a_form_of_another_visit_does_nothing(here, app):
    here.ask(app.profile.email)
    code = newest_code()
    assert here.client.post(CODE, {"visit": "0" * 8, "code": code}).url == CODE
    assert here.client.get(CODE).status_code == 200
