"""One visit lets in once: of two tabs that prove something at once, the second goes where the first one led."""

import pytest

from authenticators.models import Authenticator
from careid.errors import Refused
from careid.limits import counting, limits
from careid.limits.models import LimitCount
from careid.trail.models import Event
from sign_in import sessions, visits
from sign_in.browser import Browser, new_token
from sign_in.models import Session, SignIn, Visit
from tests import kinds

pytestmark = pytest.mark.django_db


def stored(person):
    return Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id=str(person.pk), material={}, added_by="person"
    )


def two_tabs(*, is_new):
    """The visit of one browser as two requests read it, before either has let anybody in."""
    token = new_token()
    if is_new:
        return [visits._new(token) for _ in range(2)]
    visits._new(token).save(force_insert=True)
    both = [Visit.objects.get(), Visit.objects.get()]
    for one in both:
        one.token = token
    return both


@pytest.mark.parametrize("is_new", [False, True])
@pytest.mark.parametrize("same_person", [False, True])
def test_of_two_tabs_of_a_visit_one_lets_somebody_in(same_person, is_new, make_person):
    first = stored(make_person())
    second = first if same_person else stored(make_person())
    tabs = two_tabs(is_new=is_new)
    opened = sessions.open(visit=tabs[0], authenticator=first, browser=Browser())
    with pytest.raises(Refused, match="answered"):
        sessions.open(visit=tabs[1], authenticator=second, browser=Browser())
    assert Session.objects.get() == opened.session
    assert Visit.objects.get().sign_in == SignIn.objects.get()
    assert Event.objects.get(name="sign_in.refused").reason == "answered"


def test_a_right_try_that_another_tab_has_answered_is_taken_back_and_one_that_is_refused_is_not(make_person):
    tabs, one, count = two_tabs(is_new=False), stored(make_person()), (limits.SIGN_IN_VISITS, "192.0.2.1")
    for tab in tabs:
        tab.kinds = ["none of ours"]
        counting.hit(count)
    with pytest.raises(Refused, match="level"):
        sessions.open(visit=tabs[0], authenticator=one, browser=Browser(), taking_back=(count,))
    assert LimitCount.objects.get().count == 2
    for tab in tabs:
        tab.kinds = []
    sessions.open(visit=tabs[0], authenticator=one, browser=Browser(), taking_back=(count,))
    with pytest.raises(Refused, match="answered"):
        sessions.open(visit=tabs[1], authenticator=one, browser=Browser(), taking_back=(count,))
    assert LimitCount.objects.get().count == 0
