"""What an admin is told where another open profile has what they typed: whose it is, of their own people alone."""

import pytest

from careid.limits import counting, limits
from careid.people.models import Organisation, Profile
from careid.trail import actors
from careid.trail.models import Event
from desk import words
from tests.desk.door.admins import role

pytestmark = pytest.mark.django_db
FREE = {"email": "free@example.nhs.uk", "number": "PP999901C"}  # made up: PP is never issued
VERBS = ("email", "number")


@pytest.fixture
def agent(organisation):
    return role("RA manager", organisation)


@pytest.fixture
def elsewhere():
    return Organisation.objects.create(code="RX2", name="Hillside Surgery")


def change(client, person, verb, value):
    """What the desk says of this new address or number."""
    data = {verb: value, "again": value, "reason": "correction"}
    response = client.post(f"/admin/careid/profile/{person.pk}/{verb}/", data, follow=True)
    return [str(message) for message in response.context["messages"]][-1]


def detail(person, verb):
    return person.email if verb == "email" else person.nino


@pytest.mark.parametrize("verb", VERBS)
def test_it_says_whose_it_is_of_ones_own_people_and_nothing_of_anothers(verb, agent, person, make_person, elsewhere):
    mine, other = make_person(), make_person(organisation=elsewhere)
    assert f"{mine}, user id {mine.user_id}, has this" in change(agent, person, verb, detail(mine, verb))
    told = change(agent, person, verb, detail(other, verb))
    assert told == words.REFUSED[f"{verb}_taken"]
    assert "cannot be used here" in told
    assert other.user_id not in told
    assert list(Event.objects.values_list("outcome", "reason").distinct()) == [("refused", f"{verb}_taken")]


def use_up(limit, client):
    """All but one of the tries that an admin has."""
    for _ in range(limit.most - 1):
        counting.hit((limit, actors.admin(client.user.pk)))


@pytest.mark.parametrize("verb", VERBS)
def test_thirty_tries_an_hour_are_an_admins_whether_they_hit_or_miss(verb, agent, person, make_person, elsewhere):
    other = detail(make_person(organisation=elsewhere), verb)
    limit = limits.EMAIL_CHECKS if verb == "email" else limits.NINO_CHECKS
    use_up(limit, agent)
    assert change(agent, person, verb, other) == words.REFUSED[f"{verb}_taken"]
    for value in (other, FREE[verb]):
        assert change(agent, person, verb, value).startswith("You have done that too often.")
    assert Profile.objects.get(pk=person.pk).email == person.email
    assert "done that too often" not in change(role("RA agent", person.organisation), person, verb, FREE[verb])


def test_reopening_tells_no_more_and_counts_too(agent, person, make_person, elsewhere):
    Profile.objects.filter(pk=person.pk).update(state="closed", closed_reason="leaver")
    make_person(organisation=elsewhere, email=person.email)
    page = f"/admin/careid/profile/{person.pk}/reopen/"
    use_up(limits.EMAIL_CHECKS, agent)
    agent.post(page, {"reason": "returned"})
    response = agent.post(page, {"reason": "returned"}, follow=True)
    told = [str(message) for message in response.context["messages"]]
    assert set(told[:-1]) == {words.REFUSED["email_taken"]}
    assert told[-1].startswith("You have done that too often.")


@pytest.mark.parametrize("verb", VERBS)
def test_the_form_stands_there_again_with_what_was_typed_but_for_a_number(verb, agent, person, make_person):
    value = detail(make_person(), verb)
    data = {verb: value, "again": value, "reason": "correction", "note": "Ticket 4711"}
    response = agent.post(f"/admin/careid/profile/{person.pk}/{verb}/", data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Ticket 4711" in page
    assert '<option value="correction" selected>' in page
    assert (f'value="{value}"' in page) == (verb == "email")
