"""A query whose SQL is made once finds what the ordinary one finds."""

import pytest
from django.db.models import F
from django.db.models.functions import Lower

from careid.people.models import Profile
from careid.storing.prepared import Prepared

pytestmark = pytest.mark.django_db


def open_of(email, state):
    people = Profile.objects.select_related("organisation").filter(state=state, identity_level=3)
    return people.alias(lower=Lower("email")).filter(lower=email).annotate(where=F("organisation__code"))


BY_EMAIL = Prepared(open_of, "an address", "a state")


def test_it_finds_each_row_with_what_is_selected_along_with_it(make_person, django_assert_num_queries):
    person, another = make_person(), make_person()
    with django_assert_num_queries(2):
        found = [BY_EMAIL.first(one.email, "open") for one in (person, another)]
        assert [one.organisation for one in found] == [person.organisation, another.organisation]
    assert found == [person, another]
    assert {vars(one)["where"] for one in found} == {"RX1"}


def test_each_value_goes_to_its_own_place(person):
    assert BY_EMAIL.all(person.email, "closed") == []
    assert BY_EMAIL.all("open", person.email) == []
    assert BY_EMAIL.first("nobody@example.nhs.uk", "open") is None


def test_what_it_finds_comes_along_with_the_row_of_another_statement(person, django_assert_num_queries):
    with django_assert_num_queries(1):
        other, found = BY_EMAIL.beside("SELECT %s, 7", ["some"], person.email, "open")
    assert other == ("some", 7)
    assert (found, found.organisation) == (person, person.organisation)
    assert BY_EMAIL.beside("SELECT %s, 7", ["some"], "nobody@example.nhs.uk", "open") == (("some", 7), None)


def test_a_place_that_the_query_has_not_is_refused():
    with pytest.raises(ValueError, match="asks nothing with 'another'"):
        Prepared(lambda _: open_of("an address", "open"), "another").first("an address")
    with pytest.raises(ValueError, match="zip"):
        BY_EMAIL.first("an address")
