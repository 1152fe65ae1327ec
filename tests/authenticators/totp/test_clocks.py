"""A phone's clock is told of where password and code are both right but for it, and to nobody else."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from authenticators.totp import proving
from careid.storing import crypto
from careid.trail.models import Event
from tests.authenticators.totp.people import shown, with_app, wrong
from tests.authenticators.totp.signing_in import Here, text
from tests.authenticators.totp.way import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def hashed(monkeypatch):
    """The passwords that were compared."""
    compared, verify = [], crypto.Argon2id.verify

    def counted(self, password, encoded):
        compared.append(password)
        return verify(self, password, encoded)

    monkeypatch.setattr(crypto.Argon2id, "verify", counted)
    return compared


@pytest.fixture(autouse=True)
def _time_stands_still():
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.mark.parametrize(("minutes", "words"), [(3, "about 3 minutes fast"), (-3, "about 3 minutes slow")])
def test_who_has_all_right_but_the_clock_is_told_by_how_much_it_is_out(minutes, words, app):
    answer = Here().sign_in(app.profile.email, PASSWORD, shown(app, minutes=minutes))
    assert answer.status_code == 422
    assert f"Your phone&#x27;s clock is {words}" in text(answer)
    told = Event.objects.get(name="sign_in.refused")
    assert (told.reason, told.authenticator_id) == ("fast" if minutes > 0 else "slow", app.pk)


def test_a_code_that_told_of_a_clock_does_not_sign_in_once_it_is_due(app):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        code = shown(app, minutes=3)
        Here().sign_in(app.profile.email, PASSWORD, code)
    with time_machine.travel(now.replace(microsecond=0) + timedelta(minutes=3), tick=False):
        assert shown(app) == code
        assert "Each code works once" in text(Here().sign_in(app.profile.email, PASSWORD, code))
    with time_machine.travel(now + timedelta(minutes=4), tick=False):
        assert Here().come_in(app).url == "/account/"
    app.refresh_from_db()
    assert "told" not in app.material


@pytest.mark.parametrize("minutes", [3, -3])
def test_with_a_wrong_password_the_clock_is_not_told_of(minutes, app):
    page = text(Here().sign_in(app.profile.email, "lamp otter Monday", shown(app, minutes=minutes)))
    assert "clock is about" not in page
    assert "The email address, password or code is not right" in page


def test_one_hash_is_compared_where_a_code_fits_and_none_for_a_wrong_or_a_used_one(app, hashed):
    with_app(app.profile)
    here = Here()
    here.sign_in(app.profile.email, PASSWORD, wrong(app))
    assert hashed == []
    code = shown(app)
    here.sign_in(app.profile.email, PASSWORD, code)
    assert len(hashed) == 1
    Here().sign_in(app.profile.email, PASSWORD, code)
    Here().sign_in("nobody.knows@example.org", PASSWORD, code)
    assert len(hashed) == 1


@pytest.mark.parametrize("apps", [0, 1, 5])
def test_as_many_keys_are_tried_however_many_apps_somebody_has(apps, person, monkeypatch):
    tried, nearby = [], proving.otp.nearby
    monkeypatch.setattr(proving.otp, "nearby", lambda key, code, at: tried.append(key) or nearby(key, code, at))
    for _ in range(apps):
        with_app(person)
    Here().sign_in(person.email, PASSWORD, "000000")
    assert len(tried) == len(set(tried)) == 5


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_a_password_to_be_compared_holds_no_connection(app, monkeypatch):
    held = []

    def verify(self, password, encoded):
        held.append(connection.connection is not None)
        return True

    monkeypatch.setattr(crypto.Argon2id, "verify", verify)
    assert Here().come_in(app).url == "/account/"
    assert held == [False]
