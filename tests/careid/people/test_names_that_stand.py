"""Names that stood before names were composed are brought to the form that new ones have."""

from importlib import import_module

import pytest
from django.db import connection

from careid.people.models import Organisation, Profile

pytestmark = pytest.mark.django_db


class Editor:
    connection = connection


def test_names_that_stand_are_composed_with_one_space_between_words_and_others_are_not_written(make_person):
    old = make_person(given_name="Sia\u0302n", family_name="Rho\u0302s\u00a0\u00a0 Evans ")
    same = make_person(given_name="Siân", family_name="O'Brien")
    too_long = make_person(given_name="\u0958" * 100)  # comes apart into two, for good
    Organisation.objects.update(name="Ysbyty  Lly\u0302n")
    before = dict(Profile.objects.extra(select={"version": "ctid::text"}).values_list("pk", "version"))
    import_module("careid.migrations.0014_names_composed").compose(None, Editor)
    assert Profile.objects.values_list("given_name", "family_name").get(pk=old.pk) == ("Siân", "Rhôs Evans")
    after = dict(Profile.objects.extra(select={"version": "ctid::text"}).values_list("pk", "version"))
    assert Profile.objects.get(pk=too_long.pk).given_name == too_long.given_name
    assert Organisation.objects.get().name == "Ysbyty Llŷn"
    assert before[same.pk] == after[same.pk]
