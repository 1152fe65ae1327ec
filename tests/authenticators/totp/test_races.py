"""Two requests at once: one code lets in once, and two presses of one button are one."""

import pytest
from django.contrib.auth.hashers import check_password

from authenticators.models import Authenticator
from careid.post.models import Mail
from careid.trail.models import Event
from sign_in.models import Session, SignIn, Visit
from tests.authenticators.totp.forgetting import APP, CODE, NEW, NEXT, Forgetful
from tests.authenticators.totp.people import shown
from tests.authenticators.totp.signing_in import VISIT, Here
from tests.threads import at_once, together
from tests.visitors import newest_code

pytestmark = pytest.mark.django_db(transaction=True)


def window(here, kind=Here):
    """The same browser once more: it brings the cookies of now."""
    other = kind()
    for name, cookie in here.client.cookies.items():
        other.client.cookies[name] = cookie.value
    return other


def presses(here, page, kind=Here, **fields):
    """Two presses of the button of one page, in the browser of now."""
    visit = VISIT.search(here.page(page)).group(1)
    windows = [window(here, kind) for _ in range(2)]
    return windows, [lambda one=one: one.client.post(page, {"visit": visit, **fields}) for one in windows]


def test_one_code_lets_in_one_of_two_browsers_at_once(app):
    both, code = [Here(), Here()], shown(app)
    for here in both:
        here.type(app.profile.email)
    calls = [lambda here=here: here.prove(code).status_code for here in both]
    assert sorted(at_once(calls, held=Authenticator.objects.all())) == [302, 422]
    assert SignIn.objects.count() == 1
    assert Event.objects.filter(name="sign_in.refused", reason="spent").count() == 1


def test_two_presses_of_the_page_of_the_code_let_in_once_and_both_are_here(app):
    here = Here()
    here.type(app.profile.email)
    windows, calls = presses(here, "/sign-in/totp/", code=shown(app))
    answers = at_once(calls, held=Authenticator.objects.all())
    assert [answer.url for answer in answers] == ["/account/"] * 2
    assert (SignIn.objects.count(), Session.objects.count()) == (1, 1)
    assert all(one.is_here() for one in windows)


def test_two_presses_one_after_the_other_lead_to_the_same_page(app):
    here = Here()
    here.type(app.profile.email)
    _, calls = presses(here, "/sign-in/totp/", code=shown(app))
    assert [call().url for call in calls] == ["/account/"] * 2
    assert SignIn.objects.count() == 1


def test_two_presses_with_the_mailed_code_go_on_together(app):
    here = Forgetful()
    here.ask(app.profile.email)
    windows, calls = presses(here, CODE, Forgetful, code=newest_code())
    answers = at_once(calls, held=Visit.objects.all())
    assert [answer.url for answer in answers] == [APP] * 2
    assert [one.client.get(APP).status_code for one in windows] == [200, 200]


def test_of_a_right_and_a_wrong_mailed_code_at_once_the_right_one_goes_on(app):
    here = Forgetful()
    here.ask(app.profile.email)
    code = newest_code()
    visit = VISIT.search(here.page(CODE)).group(1)
    windows = [window(here, Forgetful) for _ in range(2)]
    typed = [code, f"{(int(code) + 1) % 10**6:06}"]
    calls = [
        lambda one=one, digits=digits: one.client.post(CODE, {"visit": visit, "code": digits}).status_code
        for one, digits in zip(windows, typed, strict=True)
    ]
    assert at_once(calls, held=Visit.objects.all()) == [302, 422]
    assert windows[0].client.get(APP).status_code == 200
    assert windows[1].client.get(APP).status_code == 302


def test_twenty_wrong_mailed_codes_at_once_are_five_tries(app):
    here = Forgetful()
    here.ask(app.profile.email)
    visit, code = VISIT.search(here.page(CODE)).group(1), newest_code()
    wrong = f"{(int(code) + 1) % 10**6:06}"
    windows = [window(here, Forgetful) for _ in range(10)]
    together([lambda one=one: one.client.post(CODE, {"visit": visit, "code": wrong}).status_code for one in windows])
    assert Event.objects.filter(name="email_code.rejected").count() == 5
    assert "5 wrong codes" in here.mailed(code).content.decode()


def test_two_presses_with_the_apps_code_go_on_together_and_spend_one_step(app):
    here = Forgetful()
    here.to_app(app.profile)
    windows, calls = presses(here, APP, Forgetful, code=shown(app))
    answers = at_once(calls, held=Visit.objects.all())
    assert [answer.url for answer in answers] == [NEXT] * 2
    assert [one.client.get(NEXT).status_code for one in windows] == [200, 200]


def test_two_presses_make_one_new_password_one_event_and_one_mail(app):
    here = Forgetful()
    here.to_password(app)
    windows, calls = presses(here, NEXT, Forgetful, password=NEW, confirm_password=NEW)
    answers = at_once(calls, held=type(app.profile).objects.all())
    assert [answer.url for answer in answers] == [NEXT] * 2
    assert ["You have a new password" in one.page(NEXT) for one in windows] == [True, True]
    app.refresh_from_db()
    assert check_password(NEW, app.material["password"])
    assert Event.objects.filter(name="password.changed").count() == 1
    assert Mail.objects.filter(template="password_changed").count() == 1


def test_an_app_that_is_revoked_while_its_code_is_judged_lets_nobody_in(app):
    here = Here()
    here.type(app.profile.email)
    code = shown(app)

    def revoke():
        Authenticator.objects.filter(pk=app.pk).update(state="revoked", state_reason="lost")

    calls = [revoke, lambda: here.prove(code)]
    at_once(calls, held=Authenticator.objects.all())
    assert not here.is_here()
