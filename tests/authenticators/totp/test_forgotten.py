"""A forgotten password: a code by mail, the app's code, a new password; the same pages for who has no app."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.utils import timezone

from careid.post.models import Mail
from careid.trail.models import Event
from sign_in import visits
from sign_in.models import Session, Visit
from tests.authenticators.totp.forgetting import APP, CODE, NEW, NEXT, Forgetful
from tests.authenticators.totp.people import shown, with_app
from tests.authenticators.totp.signing_in import Here, text
from tests.authenticators.totp.way import PASSWORD
from tests.provider import relying
from tests.visitors import newest_code, post

pytestmark = pytest.mark.django_db
NOBODY = "nobody.knows@example.org"


@pytest.fixture
def here():
    return Forgetful()


def test_a_person_makes_a_new_password_and_signs_in_with_it(here, app):
    assert here.ask(app.profile.email).url == CODE
    assert 'data-page="forgotten-code"' in here.page(CODE)
    assert here.mailed(newest_code()).url == APP
    assert 'data-page="forgotten-app"' in here.page(APP)
    assert here.app(shown(app)).url == NEXT
    assert 'data-page="forgotten-password"' in here.page(NEXT)
    assert here.choose().url == NEXT
    done = here.page(NEXT)
    assert "You have a new password" in done
    assert 'data-reason="changed"' in done
    app.refresh_from_db()
    assert check_password(NEW, app.material["password"])
    assert not check_password(PASSWORD, app.material["password"])
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert here.sign_in(app.profile.email, PASSWORD, shown(app)).status_code == 422
        assert here.sign_in(app.profile.email, NEW, shown(app)).url == "/account/"


def test_everybody_on_file_is_told_and_can_stop_it(here, app):
    here.to_password(app)
    here.choose()
    [told] = [mail for mail in post() if "has a new password" in mail.subject]
    assert told.to == [app.profile.email]
    assert "/not-me/" in told.body
    event = Event.objects.get(name="password.changed")
    assert (event.outcome, event.profile_id, event.authenticator_id) == ("ok", app.profile_id, app.pk)
    assert event.details == {"kind": "totp"}
    link = told.body.split("http://localhost")[1].split()[0]
    here.client.post(link)
    app.refresh_from_db()
    assert app.state == "suspended"


def test_their_sessions_end(here, app, make_person):
    other = with_app(make_person())
    at_work, elsewhere = Here(), Here()
    at_work.come_in(app)
    elsewhere.come_in(other)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        here.to_password(app)
        here.choose()
        assert not at_work.is_here()
        assert elsewhere.is_here()
    assert Session.objects.get(profile=app.profile).ended_reason == "new_password"


def test_the_apps_code_is_spent(here, app):
    code = shown(app)
    here.to_app(app.profile)
    here.app(code)
    here.choose()
    assert Here().sign_in(app.profile.email, NEW, code).status_code == 422


def test_after_a_change_of_address_the_app_is_held_as_a_new_one_would_be(here, app):
    type(app.profile).objects.update(email_changed_at=timezone.now() - timedelta(days=6))
    here.to_password(app)
    here.choose()
    app.refresh_from_db()
    assert timedelta(hours=23) < app.usable_from - timezone.now() <= timedelta(hours=24)
    page = here.page(NEXT)
    assert 'data-reason="held"' in page
    assert "We wait, to be sure that it was you" in page
    assert Event.objects.get(name="password.changed").details == {"kind": "totp", "hours_on_hold": 24}
    [told] = [mail for mail in post() if "has a new password" in mail.subject]
    assert "We wait, to be sure that it was you" in told.body


def test_an_app_that_was_on_hold_stays_so_and_nobody_is_told_of_a_change_that_never_was(here, app):
    until = timezone.now() + timedelta(hours=5)
    type(app).objects.update(usable_from=until)
    here.to_password(app)
    here.choose()
    app.refresh_from_db()
    assert app.usable_from == until
    page = here.page(NEXT)
    assert 'data-reason="held"' in page
    assert "changed a short time ago" not in page


def test_what_stands_beside_the_app_does_not_hold_a_new_password(here, app):
    with_app(app.profile)
    here.to_password(app)
    here.choose()
    app.refresh_from_db()
    assert app.usable(timezone.now())


@pytest.mark.parametrize(
    "who",
    [
        lambda person: None,
        lambda person: with_app(person, state="revoked", state_reason="lost"),
        lambda person: type(person).objects.update(state="closed", closed_reason="left") and with_app(person),
        lambda person: type(person).objects.update(reported_at=timezone.now()) and with_app(person),
    ],
    ids=["no app", "a revoked one", "closed", "reported"],
)
def test_who_has_no_app_to_use_gets_no_code_and_the_same_pages(who, here, person):
    who(person)
    assert here.ask(person.email).url == CODE
    page = here.page(CODE).replace(person.email, NOBODY)
    [queued] = Mail.objects.all()
    assert queued.content["to"] == ""
    code = queued.content["body"].split()
    code = next(word for word in code if word.isdecimal() and len(word) == 6)
    assert post() == []
    other = Forgetful()
    other.ask(NOBODY)
    assert len(other.page(CODE)) == len(page)
    answer = here.mailed(code)
    assert answer.status_code == 422
    assert "That is not the newest code we emailed" in text(answer)


def test_a_suspended_app_is_told_of_to_who_has_proved_it(here, app):
    here.to_app(app.profile)
    type(app).objects.update(state="suspended", state_reason="lost")
    assert here.app(shown(app)).url == "/sign-in/refused/"
    assert 'data-reason="suspended"' in here.page("/sign-in/refused/")
    assert here.client.get(NEXT).url == APP


@pytest.mark.parametrize(
    "change",
    [
        lambda app: type(app).objects.update(state="suspended", state_reason="lost"),
        lambda app: type(app.profile).objects.update(state="closed", closed_reason="left"),
        lambda app: type(app.profile).objects.update(reported_at=timezone.now()),
        lambda app: type(app.profile).objects.update(email="another@example.nhs.uk"),
    ],
    ids=["suspended", "closed", "reported", "another address"],
)
def test_nothing_is_changed_where_something_else_has_changed_meanwhile(change, here, app):
    here.to_password(app)
    form = here.page(NEXT)
    assert "confirm_password" in form
    change(app)
    answer = here.client.post(NEXT, {"visit": Visit.objects.get().pk, "password": NEW, "confirm_password": NEW})
    assert answer.status_code == 422
    assert "has changed meanwhile" in text(answer)
    app.refresh_from_db()
    assert not check_password(NEW, app.material["password"])
    assert not Event.objects.filter(name="password.changed").exists()


def test_the_new_password_keeps_the_rules(here, app):
    here.to_password(app)
    assert "12 characters or more" in text(here.choose("short", "short"))
    assert "The two passwords are not the same" in text(here.choose(NEW, "another one altogether"))


def test_a_new_password_leads_on_to_where_the_person_came_from(here, app):
    came = visits.begin(
        purpose="service", then="sign-in-works", origin="https://service.example.nhs.uk", kinds=["totp"]
    )
    here.client.cookies[settings.VISIT_COOKIE] = came.token
    here.ask(app.profile.email)
    here.ask(app.profile.email)
    assert here.mailed(newest_code()).url == APP
    here.app(shown(app))
    here.choose()
    kept = Visit.objects.latest("started_at")
    assert (kept.purpose, kept.then, kept.origin, kept.kinds) == ("service", came.then, came.origin, ["totp"])
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert here.sign_in(app.profile.email, NEW, shown(app)).url == "/sign-in/works/"


@pytest.mark.parametrize("asked", [{}, {"prompt": "login"}])
def test_whom_a_service_sent_goes_on_to_it_with_the_new_password(asked, here, app):
    service = relying.make()
    service.authorize(here.client, **asked)
    here.to_password(app)
    here.choose()
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert service.row.service.name in here.page("/sign-in/")
        answer = here.sign_in(app.profile.email, NEW, shown(app))
        assert answer.url == "/oidc/authorize/continue"
        assert "code" in relying.told(here.client.get(answer.url))
