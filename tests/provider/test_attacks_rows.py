"""Whoever looks at the same address again and again fills no table."""

import pytest
from django.conf import settings
from django.test import Client as Browser

from provider.limits import AUTHORIZE
from sign_in.models import Visit


@pytest.fixture
def two_at_most(monkeypatch):
    monkeypatch.setattr(type(AUTHORIZE), "most_with", lambda one, room: 2 if one.name == AUTHORIZE.name else one.most)


def test_to_come_back_to_a_request_that_nobody_can_meet_is_counted_as_the_request_is(rp, two_at_most):
    browser = Browser()
    assert rp.authorize(browser, acr_values="AAL3_ANY").status_code == 302
    answers = [browser.get(f"{settings.ISSUER_PATH}/authorize/continue").status_code for _ in range(4)]
    assert answers == [302, 429, 429, 429]
    assert Visit.objects.count() == 2
