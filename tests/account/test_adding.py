"""Adding another, proved by a sign-in of a moment ago."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from account import adding
from authenticators import actions
from authenticators.models import Authenticator
from careid.errors import Refused
from enrolment.models import Attempt
from sign_in import sessions
from sign_in.models import Session, SignIn, Visit
from sign_in.words import Ended
from tests import kinds
from tests.threads import together
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
A_WHILE = settings.SESSION_FRESH + timedelta(seconds=1)


def add(client):
    visitor = Visitor(client)
    visitor.go_on(kinds.some_kind())
    return visitor.finish()


def test_who_signed_in_just_now_adds_another_that_works_at_once(here, one):
    assert here.post("/account/add/").url == "/authenticators/"
    done = here.get(add(here).url).content.decode()
    assert 'data-page="done"' in done
    assert "You can sign in with it from now on" in done
    assert 'href="/account/"' in done
    added = Authenticator.objects.latest("added_at")
    assert added.usable_from == added.added_at
    attempt = Attempt.objects.get()
    assert (attempt.session_id, attempt.vouched_by) == (here.session_row.pk, one.pk)


def test_who_finishes_goes_back_to_their_account(here):
    here.post("/account/add/")
    done = add(here).url
    assert here.post(done.replace("/done/", "/finish/")).url == "/account/"


def test_after_some_minutes_they_sign_in_once_more_first_and_come_back(here):
    SignIn.objects.update(at=timezone.now() - A_WHILE)
    assert "Sign in once more" in here.get("/account/add/").content.decode()
    assert here.post("/account/add/").url == "/sign-in/"
    visit = Visit.objects.latest("started_at")
    assert (visit.fresh, visit.then, visit.profile) == (True, "account-add", here.session_row.profile)
    assert not Attempt.objects.exists()


def test_looking_at_the_page_begins_nothing(here):
    assert "We do not need to email you a code" in here.get("/account/add/").content.decode()
    assert not Attempt.objects.exists()


def test_its_deadline_is_no_later_than_that_of_the_session(here):
    SignIn.objects.update(at=timezone.now())
    here.post("/account/add/")
    session = Session.objects.select_related("newest").get()
    assert Attempt.objects.get().closes_at == session.deadline


def test_whoever_is_signed_out_meanwhile_begins_nothing(here):
    sessions.end(session=here.session_row, by="person", reason=Ended.ENDED)
    with pytest.raises(Refused, match="not_fresh"):
        adding.begin(session=here.session_row, replaces=None)


@pytest.mark.django_db(transaction=True)
def test_signing_out_everywhere_while_it_begins_leaves_nothing_open(here, person):
    def begin():
        try:
            return adding.begin(session=here.session_row, replaces=None) and "begun"
        except Refused as refused:
            return refused.reason

    def leave():
        return sessions.end_all(profile=person, by="person", reason=Ended.ENDED)

    together([begin, leave])
    assert not Attempt.objects.filter(ended_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_removing_what_vouched_while_another_is_added_leaves_one_or_the_other(here, one):
    here.post("/account/add/")
    visitor = Visitor(here)
    visitor.go_on(kinds.some_kind())

    def remove():
        return actions.revoke(authenticator=one, by="person", reason="removed")

    together([lambda: visitor.finish().status_code, remove])
    added = Authenticator.objects.exclude(pk=one.pk)
    assert Authenticator.objects.get(pk=one.pk).state == "revoked"
    assert added.count() == Attempt.objects.exclude(authenticator_id=None).count()
