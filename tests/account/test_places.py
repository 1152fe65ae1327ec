"""Where a person is signed in, and when they signed in."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from account import history
from authenticators import actions
from authenticators.models import Authenticator, Report
from careid.post.models import Mail
from careid.trail.models import Event
from enrolment.models import Attempt
from sign_in.models import Session, SignIn
from tests.threads import together

pytestmark = pytest.mark.django_db


def is_in(client):
    return client.get("/account/").status_code == 200


def end(client, session, path="/account/sessions/{}/end/"):
    return client.post(path.format(session.pk))


def test_one_signs_out_there_and_stays_here(here, one, signs_in):
    there = signs_in(one)
    assert "Sign out there" in here.get("/account/").content.decode()
    assert end(here, there.session_row).url == "/account/"
    assert is_in(here)
    assert not is_in(there)
    ended = Event.objects.get(name="session.ended")
    assert (ended.actor, ended.reason) == ("person", "ended")


def test_a_session_that_has_ended_is_ended_once(here, one, signs_in):
    there = signs_in(one)
    assert [end(here, there.session_row).url for _ in range(2)] == ["/account/"] * 2
    assert Event.objects.filter(name="session.ended").count() == 1


def test_signing_out_here_says_so(here):
    assert end(here, here.session_row).url == "/sign-out/"
    assert not is_in(here)
    assert Event.objects.get(name="session.ended").reason == "signed_out"


def test_another_persons_session_is_not_there(here, stored, signs_in, make_person):
    theirs = signs_in(stored(make_person()))
    assert end(here, theirs.session_row).status_code == 404
    assert is_in(theirs)


@pytest.mark.parametrize(
    ("fields", "leads_to", "here_goes_on"), [({}, "/sign-out/", False), ({"but": "here"}, "/account/", True)]
)
def test_one_signs_out_everywhere_or_everywhere_else(
    fields, leads_to, here_goes_on, here, one, signs_in, stored, make_person
):
    there, theirs = signs_in(one), signs_in(stored(make_person()))
    assert here.post("/account/sessions/end/", fields).url == leads_to
    assert (is_in(here), is_in(there), is_in(theirs)) == (here_goes_on, False, True)
    here.session_row.refresh_from_db()
    assert here.session_row.ended_reason == ("" if here_goes_on else "signed_out")


@pytest.mark.django_db(transaction=True)
def test_two_who_end_each_other_at_once_each_end_once(here, one, signs_in):
    there = signs_in(one)
    together([lambda: end(here, there.session_row), lambda: end(there, here.session_row)])
    assert Event.objects.filter(name="session.ended").count() == Session.objects.exclude(ended_at=None).count()


GONE = {
    "ended": lambda session: Session.objects.filter(pk=session.pk).update(
        ended_at=timezone.now(), ended_reason="ended"
    ),
    "idle": lambda session: Session.objects.filter(pk=session.pk).update(
        last_seen_at=timezone.now() - timedelta(minutes=31)
    ),
    "too old": lambda session: SignIn.objects.filter(session=session).update(at=timezone.now() - timedelta(hours=13)),
    "of what was stopped": lambda session: Authenticator.objects.filter(pk=session.newest.authenticator_id).update(
        state="suspended", state_reason="lost"
    ),
}


@pytest.mark.parametrize("gone", GONE)
def test_only_where_somebody_is_signed_in_now_is_shown(gone, here, stored, signs_in):
    there = signs_in(stored())
    assert len(history.open_sessions(here.session_row, timezone.now())) == 2
    GONE[gone](there.session_row)
    [left] = history.open_sessions(here.session_row, timezone.now())
    assert left.here


def test_the_last_twenty_sign_ins_are_shown_the_newest_first(here, one, signs_in):
    for _ in range(22):
        signs_in(one)
    shown = history.newest(here.session_row)
    assert len(shown) == 20
    expected = SignIn.objects.order_by("-at").values_list("pk", flat=True)[:20]
    assert [place.pk for place in shown] == list(expected)


def test_each_sign_in_is_told_with_what_in_which_browser_and_for_which_service(here, one):
    SignIn.objects.update(browser="Firefox on Windows", service="Rota")
    page = strip_tags(here.get("/account/").content.decode())
    assert f"Work phone ({one.title}), Firefox on Windows, for Rota" in page


@pytest.mark.parametrize(
    ("network", "said"), [("203.0.113.0/24", "203.0.113"), ("2001:db8::/48", "2001:db8"), ("", "")]
)
def test_a_place_is_no_finer_than_its_network(network, said):
    assert history.elsewhere(network, "198.51.100.0/24") == said
    assert not history.elsewhere(network, network)


def test_a_network_is_named_only_where_it_differs(here, one, signs_in):
    signs_in(one)
    assert "another network" not in here.get("/account/").content.decode()
    SignIn.objects.exclude(session=here.session_row).update(network="203.0.113.0/24")
    assert (
        "another network than you use now: its addresses begin with 203.0.113" in here.get("/account/").content.decode()
    )


def test_whoever_sees_a_sign_in_that_was_not_theirs_stops_it_all(here, one, stored, signs_in, organisation):
    organisation.ra_email = "ra@example.nhs.uk"
    organisation.save()
    theirs = signs_in(stored())
    sign_in = SignIn.objects.get(session=theirs.session_row)
    asks = here.get(f"/account/sign-ins/{sign_in.pk}/not-me/").content.decode()
    assert 'data-page="account-not-me"' in asks
    assert not Report.objects.exists()
    answer = here.post(f"/account/sign-ins/{sign_in.pk}/not-me/")
    assert answer.url == "/sign-out/"
    told = here.get("/sign-out/").content.decode()
    assert "Thank you for telling us" in told
    assert 'href="/sign-in/"' not in told  # nobody can
    assert Authenticator.objects.get(pk=sign_in.authenticator_id).state == "suspended"
    assert Authenticator.objects.get(pk=one.pk).state == "active"
    assert not (is_in(here))
    assert not (is_in(theirs))
    assert Report.objects.get().authenticator_id == sign_in.authenticator_id
    assert Mail.objects.filter(template="case").exists()


@pytest.mark.django_db(transaction=True)
def test_two_presses_of_not_me_make_one_case(here, stored, signs_in):
    sign_in = SignIn.objects.get(session=signs_in(stored()).session_row)
    together([lambda: here.post(f"/account/sign-ins/{sign_in.pk}/not-me/").status_code] * 2)
    assert Report.objects.count() == 1
    assert Mail.objects.filter(template="authenticator_suspended").count() == 1


def test_another_persons_sign_in_is_not_there(here, stored, signs_in, make_person):
    sign_in = SignIn.objects.get(session=signs_in(stored(make_person())).session_row)
    for ask in (here.get, here.post):
        assert ask(f"/account/sign-ins/{sign_in.pk}/not-me/").status_code == 404
    assert not Report.objects.exists()


def test_what_a_session_let_begin_ends_with_it(here):
    here.post("/account/add/")
    assert here.get("/authenticators/").status_code == 200
    here.post("/sign-out/")
    assert here.get("/authenticators/").url == "/expired/"
    assert Attempt.objects.get().ended_at


def test_what_stops_a_session_without_ending_it_stops_adding(here, one):
    here.post("/account/add/")
    actions.suspend(authenticator=one, by="admin:7", reason="lost")
    assert here.get("/account/").url == "/sign-out/"
