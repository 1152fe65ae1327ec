"""Who may be the same person: side by side, and only those whom the admin looks after."""

from datetime import date

import pytest
from django.db.models import Value

from apply import duplicates
from apply.models import Application
from careid.people.folding import fold
from careid.people.models import Organisation, Profile
from careid.storing import crypto
from tests.apply.applications import applied, invited
from tests.environment import key

pytestmark = pytest.mark.django_db
NUMBER = "PP999901C"  # made up: PP is never issued
DAY = date(1990, 2, 28)
NAMES = [
    "Ama",
    "O'Brien",
    "Ó Brien",
    "ŁUKASZ-Øre",
    "Ægir Þór",
    "straße",
    "Zo\u0065\u0308",
    "d\u2019Arcy",
    ".",
    "李",
    "İnci",
]


@pytest.fixture
def elsewhere(db):
    return Organisation.objects.create(code="RX2")


def profiles(application, **among):
    rows = Profile.objects.filter(**among)
    return [(one.row, one.by) for one in duplicates.profiles(application, among=rows, by_number=True)]


def applications(application, **among):
    rows = Application.objects.filter(**among)
    return [(one.row, one.by) for one in duplicates.applications(application, among=rows, by_number=True)]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_folded_here_as_the_database_folds_it(name, organisation):
    from careid.people.folding import Folded

    [folded] = Organisation.objects.annotate(folded=Folded(Value(name))).values_list("folded", flat=True)
    assert fold(name) == folded


def test_a_birth_is_the_same_however_a_name_is_written_and_another_for_each_other_name_or_day():
    one = duplicates.born(given_name="Zoë", family_name="O'Brien", date=DAY)
    assert one == duplicates.born(given_name="ZOE", family_name="Ó Brien", date=DAY)
    others = {
        duplicates.born(given_name="Zoë", family_name="O'Brien", date=date(1990, 2, 27)),
        duplicates.born(given_name="Zo", family_name="ëO'Brien", date=DAY),
        duplicates.born(given_name="Zoe", family_name="Brien", date=DAY),
    }
    assert len(others | {one}) == 4


def test_a_birth_names_nobody_and_is_no_number():
    one = duplicates.born(given_name="Ama", family_name="Sample", date=DAY)
    assert len(one.partition(":")[2]) == 64
    assert one not in crypto.fingerprints("Ama|Sample|1990-02-28")


def test_profiles_are_shown_by_number_address_and_name_what_is_surest_first(organisation, make_person):
    by_name = make_person(given_name="BEA", family_name="Sámple")
    by_number = make_person(NUMBER, given_name="Cy")
    by_address = make_person(given_name="Di", email="Bea@Example.nhs.uk")
    make_person(given_name="Bea", family_name="Simple")
    application = applied(organisation, number=NUMBER, invitation=invited(organisation, email="bea@example.nhs.uk"))
    assert profiles(application) == [(by_number, ("number",)), (by_address, ("address",)), (by_name, ("name",))]


def test_both_of_one_profile_are_told_once_and_a_closed_one_too(organisation, make_person):
    person = make_person(NUMBER, given_name="Bea", email="bea@example.nhs.uk", state="closed", closed_reason="leaver")
    application = applied(organisation, number=NUMBER, invitation=invited(organisation, email="bea@example.nhs.uk"))
    assert profiles(application) == [(person, ("number", "address"))]
    assert not duplicates.on_file(application).exists()


def test_names_as_on_the_documents_count_as_those_of_the_invitation(organisation, make_person):
    person = make_person(given_name="Beatrix", family_name="Example")
    application = applied(organisation, given_name="beatrix", family_name="Example")
    assert profiles(application) == [(person, ("name",))]


def test_nobody_of_another_organisation_is_shown(organisation, elsewhere, make_person):
    make_person(NUMBER, organisation=elsewhere, given_name="Bea")
    applied(elsewhere, number=NUMBER)
    application = applied(organisation, number=NUMBER)
    assert profiles(application, organisation=organisation) == []
    assert applications(application, organisation=organisation) == []
    assert duplicates.on_file(application).exists()


def test_applications_are_shown_by_number_and_by_name_with_date_of_birth(organisation):
    by_both = applied(organisation, number=NUMBER)
    by_number = applied(organisation, number=NUMBER, given_name="Cy", day="1980-01-01")
    born = applied(organisation, given_name="BÉA")
    applied(organisation, day="1990-02-27")
    application = applied(organisation, number=NUMBER)
    assert applications(application) == [
        (born, ("born",)),
        (by_number, ("number",)),
        (by_both, ("number", "born")),
    ]


def test_one_whose_date_was_wiped_is_still_found(organisation):
    wiped = applied(organisation)
    Application.objects.filter(pk=wiped.pk).update(date_of_birth=None)
    assert applications(applied(organisation)) == [(wiped, ("born",))]
    wiped.refresh_from_db()
    assert len(applications(wiped)) == 1


def test_under_a_new_key_one_of_before_is_found_while_its_date_is_there(organisation, settings):
    before = applied(organisation, number=NUMBER)
    settings.INDEX_KEYS = f"{key('i2')},{settings.INDEX_KEYS}"
    assert applications(applied(organisation, number=NUMBER)) == [(before, ("number", "born"))]


def test_the_fingerprints_of_today_are_one_under_each_key_in_their_order(organisation, settings):
    application, before = applied(organisation, number=NUMBER), settings.INDEX_KEYS
    assert duplicates.of_today(application) == crypto.fingerprints(NUMBER)
    settings.INDEX_KEYS = f"{before},{key('i2')}"
    assert duplicates.of_today(application) == []
    newer = applied(organisation, number=NUMBER)
    settings.INDEX_KEYS = ",".join(reversed(settings.INDEX_KEYS.split(",")))
    assert duplicates.of_today(newer) == crypto.fingerprints(NUMBER)
    settings.INDEX_KEYS = settings.INDEX_KEYS.split(",")[0]
    assert duplicates.of_today(newer) == crypto.fingerprints(NUMBER)
