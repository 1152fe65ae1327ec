"""Whose moves an admin sees, whose figures and whose names: on every path, for every role."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from careid.people.models import Organisation
from careid.trail.models import Event
from desk import move_verbs
from moves.models import Move
from tests.desk.door.admins import role
from tests.desk.movers import a_move, a_service, adds, owner, somebody

pytestmark = pytest.mark.django_db
MOVES, PEOPLE = "/admin/moves/move/", "/admin/moves/person/"
OF_A_MOVE = ("change/", "progress/", "figures/", "delete/", *(f"{verb.slug}/" for verb in move_verbs.MOVE))
OF_A_PERSON = ("change/", "delete/", *(f"{verb.slug}/" for verb in move_verbs.PERSON))
NAMED = ("RA manager", "RA agent", "Auditor")


@pytest.fixture
def elsewhere(db):
    return Organisation.objects.create(code="RX2", name="Hillside Surgery")


@pytest.fixture
def move(organisation, elsewhere):
    """Of a service, with somebody of each of two organisations."""
    made = a_move(title="Leaving the old codes", slug="old-codes")
    somebody(made, organisation, email="ama.ousel@example.nhs.uk", given_name="Ama", family_name="Ousel")
    somebody(made, elsewhere, email="kit.hill@example.nhs.uk", given_name="Kit", family_name="Hill")
    return made


def text(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return re.sub(r'(value|href)="[^"]*"', "", body.decode())


def names(answer):
    shown = text(answer)
    return [name for name in ("Ousel", "ama.ousel", "Kit", "kit.hill") if name in shown]


def test_an_owner_sees_the_moves_of_their_services_alone(move):
    other = a_move(title="Of another service")
    listed = text(owner(move.service).get(MOVES))
    assert "Leaving the old codes" in listed
    assert other.title not in listed


@pytest.mark.parametrize("query", ["?q=old-codes", "?q=Leaving", "?state__exact=running", "?p=1", "?all=", "?o=1"])
def test_no_search_filter_or_page_shows_an_owner_another_services_move(move, query):
    listed = owner(a_service()).get(MOVES + query)
    assert listed.status_code in {200, 302, 400}
    assert "old-codes" not in text(listed)
    assert "Leaving the old codes" not in text(listed)


@pytest.mark.parametrize(
    "query", ["service__id__exact={0.service_id}", "service__owners__id__exact=1", "people__email=x"]
)
def test_a_list_of_moves_takes_no_other_lookup(move, query):
    assert owner(move.service).get(f"{MOVES}?{query.format(move)}").status_code in {302, 400}


@pytest.mark.parametrize("page", OF_A_MOVE)
@pytest.mark.parametrize("state", ["draft", "running", "done"])
def test_another_services_move_is_not_there_for_an_owner(page, state, organisation):
    other = a_move(state=state)
    somebody(other, organisation)
    client = owner(a_service(), organisations=[organisation])  # organisations show an owner nobody either
    for ask in (client.get, client.post):
        assert ask(f"{MOVES}{other.pk}/{page}").status_code == 404
    assert not Event.objects.filter(name__startswith="move.").exists()


@pytest.mark.parametrize("page", OF_A_MOVE)
def test_no_page_of_an_owners_move_names_anybody(page, move, organisation, elsewhere):
    client = owner(move.service, organisations=[organisation, elsewhere])
    answer = client.get(f"{MOVES}{move.pk}/{page}", follow=True)
    assert names(answer) == []


@pytest.mark.parametrize(
    "query", ["", "?q=Ousel", "?q=ama.ousel", "?move={0.pk}", "?standing=out", "?call=wanted", "?p=1", "?_popup=1"]
)
def test_an_owner_sees_no_list_of_people_and_no_search_of_them(query, move, organisation, elsewhere):
    client = owner(move.service, organisations=[organisation, elsewhere])
    answer = client.get(PEOPLE + query.format(move))
    assert answer.status_code == 403
    assert names(answer) == []


@pytest.mark.parametrize("page", OF_A_PERSON)
def test_an_owner_opens_nobody(page, move, organisation):
    client = owner(move.service, organisations=[organisation])
    one = move.people.get(organisation=organisation)
    for ask in (client.get, client.post):
        assert ask(f"{PEOPLE}{one.pk}/{page}").status_code == 403


def test_an_owner_gets_no_file_of_people(move, organisation):
    assert owner(move.service, organisations=[organisation]).get(f"{PEOPLE}export/").status_code == 403


@pytest.mark.parametrize(
    ("model", "field"),
    [("person", "move"), ("mailing", "person"), ("person", "organisation"), ("person", "profile"), ("move", "service")],
)
@pytest.mark.parametrize("name", ["Service owner", "RA manager"])
def test_nothing_is_completed_that_is_not_theirs(name, model, field, move, organisation):
    stranger = role(name, Organisation.objects.create(code="RX3"))
    asked = {"app_label": "moves", "model_name": model, "field_name": field, "term": ""}
    answer = stranger.get("/admin/autocomplete/", asked)
    assert answer.status_code in {403, 404} or {one["text"] for one in answer.json()["results"]} <= {"RX3"}


def test_an_owner_is_completed_nobody_of_their_own_service(move):
    client = owner(move.service)
    for model, field in (("mailing", "person"), ("person", "profile"), ("person", "organisation")):
        asked = {"app_label": "moves", "model_name": model, "field_name": field, "term": "O"}
        assert client.get("/admin/autocomplete/", asked).status_code in {403, 404}


def test_an_owner_sees_figures_of_every_organisation(move):
    page = text(owner(move.service).get(f"{MOVES}{move.pk}/progress/"))
    assert "Riverside Community Trust (RX1)" in page
    assert "Hillside Surgery (RX2)" in page


@pytest.mark.parametrize("name", NAMED)
def test_the_registration_authority_sees_figures_and_names_of_its_organisations_alone(name, move, organisation):
    client = role(name, organisation)
    for page in (f"{MOVES}{move.pk}/progress/", f"{MOVES}{move.pk}/figures/"):
        shown = text(client.get(page))
        assert "RX1" in shown
        assert "RX2" not in shown
    listed = client.get(PEOPLE)
    assert names(listed) == ["Ousel", "ama.ousel"]
    assert "Kit" not in text(client.get(PEOPLE, {"q": "Hill"}))


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("page", OF_A_PERSON)
def test_another_organisations_person_is_not_there(name, page, move, organisation, elsewhere):
    client = role(name, organisation)
    other = move.people.get(organisation=elsewhere)
    for ask in (client.get, client.post):
        assert ask(f"{PEOPLE}{other.pk}/{page}").status_code == 404


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize(
    "query",
    [
        *("q=Hill", "q=kit.hill%40example.nhs.uk", "move={0.pk}", "standing=out", "standing=not-ready", "p=1", "all="),
        *("organisation__id__exact={1.pk}", "way__exact=two_factor", "o=1", "email__startswith=kit", "token_hash=x"),
        "move__people__email__startswith=kit",
    ],
)
def test_no_search_filter_or_page_shows_another_organisations_person(name, query, move, organisation, elsewhere):
    answer = role(name, organisation).get(f"{PEOPLE}?{query.format(move, elsewhere)}")
    assert answer.status_code in {200, 302, 400}
    assert not {"Kit", "kit.hill@example.nhs.uk"} & set(re.findall(r"[\w.@-]+", text(answer))) - {query}


def test_a_file_of_people_has_those_of_ones_own_organisations(move, organisation, elsewhere):
    for client in (role("RA manager", organisation), role("Auditor", organisation)):
        answer = client.get(f"{PEOPLE}export/", {"move": move.pk})
        assert names(answer) == ["Ousel", "ama.ousel"]
    assert role("RA agent", organisation).get(f"{PEOPLE}export/").status_code == 403


@pytest.mark.parametrize("name", NAMED)
def test_the_registration_authority_makes_and_changes_no_move(name, move, organisation):
    client = role(name, organisation)
    assert client.get(f"{MOVES}add/").status_code == 403
    assert client.get(f"{MOVES}{move.pk}/change/").status_code == 200
    for page in ("change/", *(f"{verb.slug}/" for verb in move_verbs.MOVE), "delete/"):
        assert client.post(f"{MOVES}{move.pk}/{page}", {"title": "Mine now"}).status_code == 403
    move.refresh_from_db()
    assert (move.title, move.state, move.stopped) == ("Leaving the old codes", "running", False)


def test_a_draft_is_its_makers_business(organisation):
    draft = a_move(state="draft")
    one = somebody(draft, organisation)
    manager = role("RA manager", organisation)
    assert draft.title not in text(manager.get(MOVES))
    assert manager.get(f"{MOVES}{draft.pk}/change/").status_code == 404
    assert one.email not in text(manager.get(PEOPLE))
    assert manager.get(f"{PEOPLE}{one.pk}/change/").status_code == 404


def test_an_operator_is_led_to_the_people_of_a_draft_and_its_owner_who_sees_no_names_is_not(admin_client, organisation):
    draft = a_move(state="draft")
    somebody(draft, organisation)
    both = role("RA manager", organisation)
    both.user.groups.add(owner(draft.service).user.groups.get())
    draft.service.owners.add(both.user)
    for client, led in ((admin_client, True), (both, False), (owner(draft.service), False)):
        assert (f"{PEOPLE}?move={draft.pk}" in client.get(f"{MOVES}{draft.pk}/change/").content.decode()) is led
        assert "by name" not in text(client.get(f"{MOVES}{draft.pk}/progress/"))


def test_a_move_without_anybody_of_ones_organisations_is_not_there(move):
    manager = role("RA manager", Organisation.objects.create(code="RX3"))
    assert move.title not in text(manager.get(MOVES))
    assert manager.get(f"{MOVES}{move.pk}/progress/").status_code == 404


@pytest.mark.parametrize("name", ["Sponsor", "ID checker"])
def test_the_other_roles_see_neither_moves_nor_people(name, move, organisation):
    client = role(name, organisation)
    for page in (MOVES, PEOPLE, f"{PEOPLE}export/"):
        assert client.get(page).status_code == 403
    one = move.people.get(organisation=organisation)
    for page in (f"{MOVES}{move.pk}/change/", f"{MOVES}{move.pk}/progress/", f"{PEOPLE}{one.pk}/change/"):
        assert client.get(page).status_code in {403, 404}


def test_who_is_both_has_figures_of_all_and_names_of_their_own(move, organisation):
    client = role("RA manager", organisation)
    client.user.groups.add(owner().user.groups.get())
    move.service.owners.add(client.user)
    assert "RX2" in text(client.get(f"{MOVES}{move.pk}/progress/"))
    assert names(client.get(PEOPLE)) == ["Ousel", "ama.ousel"]
    other = a_move()
    somebody(other, organisation)
    assert client.get(f"{MOVES}{other.pk}/change/").status_code == 200
    assert client.post(f"{MOVES}{other.pk}/cancel/", {}).status_code == 403


def test_who_is_no_longer_an_owner_sees_the_move_no_more(move):
    client = owner(move.service)
    assert client.get(f"{MOVES}{move.pk}/change/").status_code == 200
    move.service.owners.clear()
    assert client.get(f"{MOVES}{move.pk}/change/").status_code == 404


def test_nobody_makes_a_move_of_a_service_that_is_not_theirs(move):
    mine, other = a_service("Mine"), a_service("Another's")
    client = owner(mine)
    assert "Another&#x27;s" not in text(client.get(f"{MOVES}add/"))
    answer = client.post(f"{MOVES}add/", typed(other))
    assert answer.status_code == 200
    assert "service" in answer.context["adminform"].form.errors
    assert not Move.objects.filter(service=other).exists()
    assert owner().get(f"{MOVES}add/").status_code == 403


def typed(service, **more):
    words = {"what_changes": "An app.", "who_is_affected": "All.", "whom_to_ask": "The desk."}
    days = {"starts_on": "2027-01-04", "ends_on": "2027-03-31"}
    return {"service": service.pk, "title": "Codes end", "slug": "codes-end", **words, **days, **more}


def test_a_stranger_is_asked_to_sign_in(move):
    for page in (MOVES, PEOPLE, f"{MOVES}{move.pk}/progress/", f"{MOVES}{move.pk}/figures/", f"{PEOPLE}export/"):
        assert "/admin/login/" in Client().get(page)["Location"]


def test_an_owner_finds_no_profile_event_or_organisation(move, person, organisation):
    adds(person)
    client = owner(move.service, organisations=[organisation])
    for model in ("careid/profile", "careid/event", "careid/organisation", "careid/service", "apply/invitation"):
        assert client.get(f"/admin/{model}/?{urlencode({'q': person.email})}").status_code in {403, 404}
    index = text(client.get("/admin/"))
    assert "Moves" in index
    assert "People in moves" not in index
