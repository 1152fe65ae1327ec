"""Address, password and code are judged together: right together they let in, and wrong in whatever part they don't."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from authenticators.models import Authenticator
from careid.storing import crypto
from careid.trail.models import Event
from sign_in.models import SignIn, Visit
from tests.authenticators.totp.people import shown, with_app, wrong
from tests.authenticators.totp.signing_in import Here, text
from tests.authenticators.totp.way import PASSWORD

pytestmark = pytest.mark.django_db
NOBODY = "nobody.knows@example.org"


@pytest.fixture
def here():
    return Here()


def reasons():
    return list(Event.objects.filter(name="sign_in.refused").order_by("sequence").values_list("reason", flat=True))


def test_a_person_signs_in_with_address_password_and_code(here, app):
    typed = here.type(app.profile.email)
    assert typed.url == "/sign-in/totp/"
    page = here.page(typed.url)
    assert 'data-page="sign-in-code"' in page
    assert app.profile.email in page
    assert PASSWORD not in page
    before = int(timezone.now().timestamp()) // 30
    assert here.prove(shown(app)).url == "/account/"
    assert here.is_here()
    assert SignIn.objects.values_list("amr", "acr", "level").get() == ("TOTP", "AAL2_TOTP", 2)
    app.refresh_from_db()
    assert app.last_used_at
    assert app.material["step"] in {before, before + 1}
    assert Visit.objects.get().pending is None


def test_the_address_is_compared_as_it_is_at_adding_and_the_password_composed(here, person):
    app = with_app(person, password="caf\u00e9 lamp otter window")
    typed = here.sign_in(f" {person.email.upper()} ", "cafe\u0301 lamp otter window", shown(app))
    assert typed.url == "/account/"


@pytest.mark.parametrize("part", ["email", "password", "code"])
def test_whatever_is_wrong_is_told_in_the_same_words(part, here, app):
    right = {"email": app.profile.email, "password": PASSWORD, "code": shown(app)}
    answer = here.sign_in(
        **right | {part: {"email": NOBODY, "password": "lamp otter Monday", "code": wrong(app)}[part]}
    )
    assert answer.status_code == 422
    page = text(answer)
    assert 'data-page="sign-in"' in page
    assert "The email address, password or code is not right. Type all three again. Each code works once" in page
    assert f'value="{(right | {"email": NOBODY})["email"] if part == "email" else right["email"]}"' in page
    assert PASSWORD not in page
    assert not here.is_here()


def test_what_was_wrong_is_told_to_the_desk_alone(here, app):
    here.sign_in(NOBODY, PASSWORD, shown(app))
    here.sign_in(app.profile.email, PASSWORD, wrong(app))
    here.sign_in(app.profile.email, "lamp otter Monday", shown(app))
    told = Event.objects.filter(name="sign_in.refused").order_by("sequence")
    assert [(one.reason, one.profile_id) for one in told] == [
        ("wrong", None),
        ("wrong", app.profile_id),
        ("password", app.profile_id),
    ]


def test_a_code_works_once(here, app):
    code = shown(app)
    here.sign_in(app.profile.email, PASSWORD, code)
    again = Here().sign_in(app.profile.email, PASSWORD, code)
    assert again.status_code == 422
    assert "Each code works once" in text(again)
    assert reasons() == ["used"]


def test_the_code_that_added_the_app_does_not_sign_in(here, visitor, person):
    visitor.enrol(person, "totp")
    app = Authenticator.objects.get()
    assert here.sign_in(person.email, PASSWORD, shown(app)).status_code == 422


def test_a_wrong_password_spends_no_code(here, app):
    code = shown(app)
    here.sign_in(app.profile.email, "lamp otter Monday", code)
    assert here.sign_in(app.profile.email, PASSWORD, code).url == "/account/"


@pytest.mark.parametrize(("seconds", "status"), [(-60, 422), (-30, 302), (30, 302), (60, 422)])
def test_a_clock_may_be_one_step_out_and_not_two(seconds, status, here, app):
    with time_machine.travel(timezone.now(), tick=False):
        assert here.sign_in(app.profile.email, PASSWORD, shown(app, seconds=seconds)).status_code == status


def test_each_app_has_its_own_password(here, person):
    first, second = with_app(person), with_app(person, password="another lamp otter")
    assert here.sign_in(person.email, PASSWORD, shown(second)).status_code == 422
    assert here.sign_in(person.email, "another lamp otter", shown(second)).url == "/account/"
    assert Here().sign_in(person.email, PASSWORD, shown(first)).url == "/account/"


@pytest.mark.parametrize("mine", [0, 1], ids=["the older", "the newer"])
def test_where_two_apps_show_the_code_by_chance_the_password_tells_which(mine, here, person):
    first, passwords = with_app(person), [PASSWORD, "another lamp otter"]
    theirs = make_password(passwords[1], hasher=crypto.PEOPLES)
    both = [first, with_app(person, material={**first.material, "password": theirs})]
    assert here.sign_in(person.email, passwords[mine], shown(first)).url == "/account/"
    for one in both:
        one.refresh_from_db()
    assert [bool(one.last_used_at) for one in both] == [mine == 0, mine == 1]


def test_a_password_of_older_parameters_signs_in_and_is_hashed_anew(here, person):
    older = crypto.Argon2id()
    older.time_cost = 2
    app = with_app(person)
    app.material = {**app.material, "password": make_password(PASSWORD, hasher=older)}
    app.save()
    assert here.come_in(app).url == "/account/"
    app.refresh_from_db()
    assert not crypto.PEOPLES.must_update(app.material["password"])
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert Here().come_in(app).url == "/account/"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"state": "suspended", "state_reason": "lost"}, "suspended"),
        ({"usable_from": timezone.now() + timedelta(hours=24)}, "on_hold"),
    ],
    ids=["suspended", "on hold"],
)
def test_what_stands_in_the_way_is_told_to_who_has_proved_it_theirs(fields, reason, here, person):
    app = with_app(person, **fields)
    assert here.sign_in(person.email, PASSWORD, wrong(app)).status_code == 422
    assert here.come_in(app).url == "/sign-in/refused/"
    page = here.client.get("/sign-in/refused/")
    assert f'data-reason="{reason}"' in page.content.decode()
    assert reasons() == ["wrong", reason]
    assert not (Visit.objects.latest("started_at").pending or {}).get("totp")


def test_a_revoked_app_lets_nobody_in(here, person):
    app = with_app(person, state="revoked", state_reason="lost")
    assert here.come_in(app).status_code == 422


def test_an_address_that_came_back_names_the_open_profile_before_the_closed_one(here, make_person):
    old = make_person()
    email = old.email
    gone = with_app(old)
    type(old).objects.filter(pk=old.pk).update(state="closed", closed_reason="left")
    app = with_app(make_person(email=email))
    assert here.sign_in(email, PASSWORD, shown(gone)).status_code == 422
    assert here.come_in(app).url == "/account/"


def test_a_closed_profile_is_told_to_who_has_proved_it_theirs(here, app):
    type(app.profile).objects.filter(pk=app.profile_id).update(state="closed", closed_reason="left")
    assert here.come_in(app).url == "/sign-in/refused/"
    assert 'data-reason="closed"' in here.page("/sign-in/refused/")
