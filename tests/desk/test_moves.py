"""A service's move at the desk: made, changed and led by whoever looks after the service."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from careid.trail.models import Event
from desk import move_verbs
from moves.models import Move
from tests.desk.door.admins import role, signed_in, stale
from tests.desk.movers import a_move, a_service, owner, somebody

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/moves/move/", "/admin/moves/move/add/"


@pytest.fixture
def service(db):
    return a_service("Screening")


@pytest.fixture
def client(service):
    return owner(service)


def typed(service, **more):
    today = timezone.localdate()
    return {
        "service": service.pk,
        "title": "Codes by email end",
        "slug": "codes-end",
        "what_changes": "You sign in with an app.\r\n\r\nNo code comes by email.",
        "who_is_affected": "All who sign in by a code.",
        "whom_to_ask": "The Screening desk, 01632 960200.",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=60)).isoformat(),
        **more,
    }


def page_of(move, verb="change"):
    return f"{LIST}{move.pk}/{verb}/"


def errors(answer):
    return {name: str(words[0]) for name, words in answer.context["adminform"].form.errors.items()}


def events(name):
    return [(one.actor, one.details) for one in Event.objects.filter(name=name).order_by("sequence")]


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_an_owner_makes_a_draft_and_the_trail_has_it(client, service):
    answer = client.post(ADD, typed(service))
    made = Move.objects.get()
    assert answer["Location"] == LIST
    assert (made.state, made.service, made.slug) == ("draft", service, "codes-end")
    assert made.what_changes == "You sign in with an app.\n\nNo code comes by email."
    assert made.made_by == f"admin:{client.user.pk}"
    assert events("move.changed") == [(made.made_by, {"move": "codes-end", "changed": ["made"]})]


def test_an_address_is_made_of_the_title_where_none_is_typed(client, service):
    client.post(ADD, typed(service, slug=""))
    assert Move.objects.get().slug == "codes-by-email-end"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("slug", "Codes end!", "letters a to z"),
        ("slug", "pp-123456-c", "Leave long numbers out"),
        ("slug", "x" * 61, "60 characters or fewer"),
        ("slug", "x" * 5_000, "60 characters or fewer"),
        ("title", "", "required"),
        ("title", "a\x00b", "signs that can be seen"),
        ("what_changes", "a\x00b", "signs that can be seen"),
        ("what_changes", "x" * 2_001, "1016 characters or fewer"),
        ("what_changes", "word\n" * 500, "2000 characters or fewer"),
        ("whom_to_ask", "x" * 20_000, "2000 characters or fewer"),
        ("starts_on", "soon", "Enter a date"),
        ("starts_on", "9" * 5_000, "characters or fewer"),
        ("ends_on", "", "Enter a date"),
        ("ends_on", "2199-01-01", "within the next 5 years"),
        ("ends_on", "0001-01-01", "within the next 5 years"),
        ("service", "x", "Select a valid choice"),
        ("service", "99999999999999999999", "Select a valid choice"),
    ],
)
def test_what_a_move_can_not_have_is_told_in_words(field, value, words, client, service):
    assert words in errors(client.post(ADD, typed(service) | {field: value}))[field]
    assert not Move.objects.exists()


def test_a_title_that_makes_no_address_asks_for_one(client, service):
    assert "Enter an address" in errors(client.post(ADD, typed(service, slug="", title="名称")))["slug"]
    assert "Enter an address" in errors(client.post(ADD, typed(service, slug="", title="PP 12 34 56 C")))["slug"]


def test_the_days_stand_in_their_order_and_are_not_over(client, service):
    today = timezone.localdate()
    later = (today + timedelta(days=90)).isoformat()
    assert "before the last day" in errors(client.post(ADD, typed(service, starts_on=later)))["starts_on"]
    past = (today - timedelta(days=1)).isoformat()
    assert "not over" in errors(client.post(ADD, typed(service, ends_on=past, starts_on=past)))["ends_on"]


def test_a_day_is_read_as_people_here_write_it(client, service):
    year = timezone.localdate().year + 1
    client.post(ADD, typed(service, ends_on=f"31/3/{year}", starts_on=f"4 January {year}"))
    made = Move.objects.get()
    assert (made.starts_on.isoformat(), made.ends_on.isoformat()) == (f"{year}-01-04", f"{year}-03-31")


def test_no_two_moves_have_an_address(client, service):
    a_move(slug="codes-end")
    assert "already exists" in errors(client.post(ADD, typed(service)))["slug"]


def test_a_draft_is_changed_and_the_trail_says_what(client, service):
    move = a_move(service, "draft", slug="codes-end")
    today = timezone.localdate()
    kept = {name: getattr(move, name) for name in ("title", "slug", "what_changes", "who_is_affected", "whom_to_ask")}
    days = {"starts_on": move.starts_on, "ends_on": today + timedelta(days=99)}
    assert client.post(page_of(move), {**kept, **days, "title": "Another title"}).status_code == 302
    move.refresh_from_db()
    assert (move.title, move.ends_on) == ("Another title", days["ends_on"])
    [(_, details)] = events("move.changed")
    assert sorted(details["changed"]) == ["ends_on", "title"]
    client.post(page_of(move), {**kept, **days, "title": "Another title"})
    assert len(events("move.changed")) == 1


def test_what_people_were_told_stays_once_it_runs(client, service):
    move = a_move(service, slug="codes-end")
    other = a_service()
    data = typed(other, slug="another", title="New words", ends_on="2030-01-01", starts_on=move.starts_on.isoformat())
    assert client.post(page_of(move), data).status_code == 302
    move.refresh_from_db()
    assert (move.title, move.slug, move.service) == ("New words", "codes-end", service)
    assert move.ends_on == timezone.localdate() + timedelta(days=20)


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_what_is_over_is_read_alone(state, client, service):
    move = a_move(service, state)
    assert b'name="_save"' not in client.get(page_of(move)).content
    assert client.post(page_of(move), typed(service)).status_code == 403
    assert not Event.objects.exists()


def test_nobody_deletes_a_move(client, admin_client, service):
    move = a_move(service, "draft")
    for one in (client, admin_client):
        assert one.post(page_of(move, "delete"), {"post": "yes"}).status_code == 403
    assert Move.objects.filter(pk=move.pk).exists()


VERBS = {
    "start": ("draft", {}, "move.started"),
    "date": ("running", {"ends_on": "2027-05-31"}, "move.date_changed"),
    "stop": ("running", {}, "move.stopped"),
    "cancel": ("running", {}, "move.cancelled"),
}


@pytest.mark.parametrize(("verb", "state", "data", "event"), [(verb, *what) for verb, what in VERBS.items()])
def test_an_owner_leads_their_move(verb, state, data, event, client, service, organisation):
    move = a_move(service, state)
    somebody(move, organisation)
    assert client.get(page_of(move, verb)).status_code == 200
    answer = client.post(page_of(move, verb), {**data, "note": "Agreed on Monday"}, follow=True)
    [done] = [one.done for one in move_verbs.MOVE if one.slug == verb]
    assert said(answer) == [done]
    [(actor, details)] = events(event)
    assert actor == f"admin:{client.user.pk}"
    assert (details["move"], details["note"]) == (move.slug, "Agreed on Monday")


def test_emails_that_were_stopped_go_again(client, service):
    move = a_move(service, stopped=True)
    assert [verb.slug for verb, _ in client.get(page_of(move)).context["offered"]] == ["date", "resume", "cancel"]
    client.post(page_of(move, "resume"), {})
    move.refresh_from_db()
    assert not move.stopped


def test_what_tells_of_a_cancelled_move_is_stopped_and_goes_again_too(client, service):
    move = a_move(service, "cancelled")
    for verb, stopped in (("stop", True), ("resume", False)):
        assert [one.slug for one, _ in client.get(page_of(move)).context["offered"]] == [verb]
        client.post(page_of(move, verb), {})
        move.refresh_from_db()
        assert move.stopped == stopped


@pytest.mark.parametrize("verb", ["start", "date", "resume", "cancel"])
def test_what_writes_to_many_asks_for_the_factor_again(verb, client, service):
    move = a_move(service, "draft" if verb == "start" else "running", stopped=verb == "resume")
    answer = stale(client).post(page_of(move, verb), {"ends_on": "2027-05-31"})
    assert "/admin/login/second/" in answer["Location"]
    assert not Event.objects.filter(name__startswith="move.").exists()


def test_all_emails_are_stopped_at_once_without_another_factor(client, service):
    move = a_move(service)
    assert stale(client).post(page_of(move, "stop"), {})["Location"] == page_of(move)
    move.refresh_from_db()
    assert move.stopped


@pytest.mark.parametrize("typed_day", ["", "soon", "2001-01-01", "2199-01-01"])
def test_a_day_that_can_not_be_is_told_and_nothing_is_changed(typed_day, client, service):
    move = a_move(service)
    answer = client.post(page_of(move, "date"), {"ends_on": typed_day})
    assert answer.status_code == 422
    assert "Enter a date" in answer.content.decode()
    assert not Event.objects.exists()


def test_what_the_rule_refuses_is_told(client, service):
    move = a_move(service, "draft", ends_on=timezone.localdate() - timedelta(days=1))
    assert said(client.post(page_of(move, "start"), {}, follow=True)) == [
        "The last day is over already. Nothing was changed."
    ]
    before = a_move(service, starts_on=timezone.localdate() + timedelta(days=9))
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    answer = client.post(page_of(before, "date"), {"ends_on": day}, follow=True)
    assert "before the last day of the old way" in said(answer)[0]


def test_starting_says_how_many_are_told(client, service, organisation):
    move = a_move(service, "draft")
    somebody(move, organisation), somebody(move, organisation)
    assert "2 people are in it now." in client.get(page_of(move, "start")).content.decode()


def test_an_operator_leads_every_move(admin_client):
    move = a_move()
    assert move.title in admin_client.get(LIST).content.decode()
    admin_client.post(page_of(move, "cancel"), {})
    move.refresh_from_db()
    assert move.state == "cancelled"


def test_days_left_are_told_of_what_is_not_over(client, service):
    a_move(service, title="Runs"), a_move(service, "done", title="Is done")
    rows = client.get(LIST).context["cl"].result_list
    admin = client.get(LIST).context["cl"].model_admin
    assert {one.title: admin.days_left(one) for one in rows} == {"Runs": "20", "Is done": "-"}


def test_operators_name_who_looks_after_a_service(admin_client, service):
    chosen, other = owner().user, role("RA agent").user
    page = f"/admin/careid/service/{service.pk}/change/"
    shown = admin_client.get(page).content.decode()
    assert chosen.username in shown
    assert other.username not in shown
    admin_client.post(page, {"name": service.name, "owners": [chosen.pk]})
    assert list(service.owners.all()) == [chosen]
    admin_client.post(page, {"name": "Another name", "owners": [chosen.pk]})
    assert [details for _, details in events("service.changed")] == [
        {"service": service.pk, "changed": ["owners"], "owners": [chosen.pk]},
        {"service": service.pk, "changed": ["name"]},
    ]
    assert "owners" in errors(admin_client.post(page, {"name": service.name, "owners": [other.pk]}))


def test_who_looks_after_a_service_is_told_to_operators_alone_who_prove_a_factor(service, organisation):
    chosen = owner(service).user
    page = f"/admin/careid/service/{service.pk}/change/"
    assert chosen.username not in role("RA manager", organisation).get(page).content.decode()
    operator = signed_in(Client(), User.objects.create_superuser("op"))
    assert stale(operator).get(page).status_code == 302


def test_whoever_looks_after_a_service_is_not_told_that_they_see_nothing(client):
    assert "looks after no organisation" not in client.get("/admin/").content.decode()
    assert "looks after no organisation" in owner().get("/admin/").content.decode()
