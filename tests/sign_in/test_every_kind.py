"""What the second half of every kind must hold. A new one is covered by being registered, if one signs in with it."""

import ast
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.urls import resolve, reverse
from django.utils import timezone

from authenticators import actions
from authenticators.registry import KINDS, package
from careid.trail.models import Event
from careid.trail.names import EventName
from desk import words
from profiles import closing
from sign_in import trail, visits
from sign_in.models import Session, SignIn, Visit
from sign_in.words import Why
from tests import kinds
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
PROVED = {slug: kind for slug, kind in KINDS.items() if kind.sign_in}
HERE = "account"


@pytest.fixture(params=PROVED.values(), ids=PROVED)
def kind(request):
    return request.param


@pytest.fixture
def site(kind, settings, monkeypatch):
    with kinds.site(kind.slug, settings, monkeypatch):
        yield


@pytest.fixture
def mine(kind, person, site):
    return kinds.way(kind.slug).stored(person)


def refused():
    return Event.objects.filter(name=EventName.SIGN_IN_REFUSED).order_by("sequence").last()


def calls(kind):
    folder = Path(import_module(package(kind.slug)).__file__).parent
    trees = [ast.parse(path.read_text()) for path in folder.rglob("*.py")]
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_it_is_data_of_its_own(kind):
    way = kind.sign_in
    assert reverse(way.url) == f"/sign-in/{kind.slug}/"
    assert way.title
    assert way.acr.startswith(f"AAL{way.level}_")
    assert way.amr
    others = [one.sign_in for one in PROVED.values() if one is not kind]
    assert not [one for one in others if {one.amr, one.acr} & {way.amr, way.acr} or set(one.takes) & set(way.takes)]


def test_it_is_reached_from_the_page_of_the_ways(kind, visitor, settings):
    get_template(kind.sign_in.fragment)
    page = visitor.page("/sign-in/")
    taken = [f'name="{name}"' for name in kind.sign_in.takes]
    assert reverse(kind.sign_in.url) in page or any(field in page for field in taken)


def test_its_page_is_guarded_and_keeps_nothing_of_a_strangers_form(kind, visitor):
    path = reverse(kind.sign_in.url)
    assert resolve(path).func.of_visit
    assert visitor.client.get(path).status_code == 302
    for posted in ({}, {"visit": "x"}, {"visit": str(visits.begin().pk)}):
        answer = visitor.client.post(path, {**dict.fromkeys(kind.sign_in.takes, "x"), **posted})
        assert answer.url == reverse("sign-in")
    assert not Session.objects.exists()
    assert not Event.objects.filter(name__startswith="sign_in.").exists()
    assert (Visit.objects.get().refused, Visit.objects.get().pending) == ("", {})


def test_whoever_proves_it_is_here_by_it_and_nobody_else(kind, mine, person, make_person):
    kinds.way(kind.slug).stored(make_person())
    visitor = Visitor()
    assert visitor.sign_in(mine).url == reverse(HERE)
    made = SignIn.objects.get()
    assert (made.authenticator, made.profile, made.session.profile) == (mine, person, person)
    assert (made.level, made.amr, made.acr) == (kind.sign_in.level, kind.sign_in.amr, kind.sign_in.acr)
    mine.refresh_from_db()
    assert mine.last_used_at
    [event] = Event.objects.filter(name__startswith="sign_in.")
    assert (event.name, event.outcome, event.authenticator_id) == ("sign_in.succeeded", "ok", mine.pk)
    assert event.details["kind"] == kind.slug


def test_what_is_wrong_lets_nobody_in_and_leaves_an_event_with_words(kind, mine):
    Visitor().sign_in(mine, wrongly=True)
    assert not Session.objects.exists()
    assert refused().details["kind"] == kind.slug
    assert words.event(refused()).startswith("Could not sign in: ")


STOPS = {
    "revoked": lambda one: actions.revoke(authenticator=one, by="person", reason="lost"),
    "suspended": lambda one: actions.suspend(authenticator=one, by="admin:1", reason="lost"),
    "on_hold": lambda one: type(one).objects.update(usable_from=timezone.now() + timedelta(hours=1)),
    "closed": lambda one: closing.close(profile=one.profile, by="admin:1", reason="leaver"),
    "reported": lambda one: type(one.profile).objects.update(reported_at=timezone.now()),
}


@pytest.mark.parametrize("stop", STOPS)
def test_what_was_stopped_lets_nobody_in(stop, kind, mine):
    STOPS[stop](mine)
    answer = Visitor().sign_in(mine)
    assert answer.headers.get("Location") != reverse(HERE)
    assert not Session.objects.exists()
    assert refused().details["kind"] == kind.slug
    assert refused().reason == stop or stop == "revoked"


def test_what_ended_with_a_profile_is_nobodys_once_that_is_open_again(kind, mine):
    closing.close(profile=mine.profile, by="admin:1", reason="leaver")
    closing.reopen(profile=mine.profile, by="admin:2", reason="came_back")
    Visitor().sign_in(mine)
    assert not Session.objects.exists()
    assert refused().reason != "closed"


def test_what_a_visit_did_not_ask_for_lets_nobody_in(kind, mine):
    visitor = Visitor()
    visitor.client.cookies["careid-visit"] = visits.begin(kinds=[next(one for one in PROVED if one != kind.slug)]).token
    page = visitor.page("/sign-in/")
    assert reverse(kind.sign_in.url) not in page
    visit = str(Visit.objects.get().pk)
    answer = visitor.client.post(reverse(kind.sign_in.url), {**dict.fromkeys(kind.sign_in.takes, "x"), "visit": visit})
    assert answer.headers.get("Location") != reverse(HERE)
    assert not Session.objects.exists()


def test_it_comes_in_by_the_one_way_alone(kind):
    called = {ast.unparse(call.func) for call in calls(kind)}
    assert "journey.finish" in called
    assert not [one for one in called if one.startswith(("sessions.open", "Session", "SignIn("))]


def test_what_judges_a_proof_knows_no_page(kind):
    folder = Path(import_module(package(kind.slug)).__file__).parent
    trees = [ast.parse(path.read_text()) for path in folder.glob("proving.py")]
    imported = {node.module for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not [one for one in imported if one.startswith(("django.http", "django.shortcuts", "django.urls"))]


def test_each_reason_that_it_records_has_words_at_the_desk(kind):
    for reason in (*kind.reasons, *Why):
        event = Event(name=EventName.SIGN_IN_REFUSED, reason=reason.value, details={"kind": kind.slug})
        assert words.event(event) == f"Could not sign in: {reason.words}"


def test_it_can_record_no_other_reason(kind):
    other = next(one for each in KINDS.values() for one in actions.Refusal if one not in kind.reasons)
    with pytest.raises(ValueError, match=other):
        trail.note(kind=kind, reason=other)
    assert not Event.objects.filter(name=EventName.SIGN_IN_REFUSED).exists()


def test_each_reason_that_is_told_has_a_page_of_its_own_words_with_a_next_step(kind, visitor):
    told = {}
    visit = visits.begin()
    visitor.client.cookies["careid-visit"] = visit.token
    for reason, status in kind.sign_in.refusals.items():
        visits.refuse(visit=visit, reason=reason, kind=kind.slug)
        answer = visitor.client.get(reverse("sign-in-refused"))
        assert answer.status_code == status
        page = answer.content.decode()
        assert f'data-page="sign-in-refused" data-reason="{reason}"' in page
        main = page[page.index("<main") : page.index("</main>")]
        assert "<a " in main or "<button" in main
        told[reason] = main.partition("<h1")[2].partition(">")[2].partition("</h1>")[0]
        assert f"<title>{told[reason]} " in page
    assert len(set(told.values())) == len(told)
