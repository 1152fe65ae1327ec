"""Removing what one signs in with, from two places at once."""

import pytest

from account import removing
from careid.errors import Refused
from careid.people.models import Profile
from careid.trail.models import Event
from sign_in import sessions
from tests.account.test_removing import state
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_that_remove_each_other_at_once_one_stays(here, one, stored, signs_in, person):
    other = stored()
    there = signs_in(other)

    def remove(client, what):
        try:
            return removing.remove(session=sessions._of(client.cookies["careid-session"].value), authenticator=what)
        except Refused as refused:
            return refused.reason

    calls = [lambda: remove(here, other), lambda: remove(there, one)]
    assert sorted(map(str, at_once(calls, held=Profile.objects.filter(pk=person.pk)))) == ["True", "not_fresh"]
    assert sorted((state(one), state(other))) == ["active", "revoked"]


@pytest.mark.parametrize("last", [False, True])
def test_of_two_at_once_that_remove_the_same_one_does(last, here, one, stored, person):
    other = one if last else stored()
    calls = [lambda: removing.remove(session=here.session_row, authenticator=other)] * 2
    assert sorted(at_once(calls, held=Profile.objects.filter(pk=person.pk))) == [False, True]
    assert Event.objects.filter(name="authenticator.revoked").count() == 1
