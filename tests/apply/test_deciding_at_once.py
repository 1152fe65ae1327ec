"""Two at the desk at the same moment: one decides."""

import pytest
from django.db import connection, transaction

from apply import checking, deciding
from apply.models import Application, Invitation
from careid.errors import Refused
from careid.people.models import Organisation, Profile
from careid.trail.models import Event
from profiles import creating
from tests.apply.applications import IN_PERSON, checked, invited
from tests.threads import at_once, together
from tests.visitors import post

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "PP999901C"  # made up: PP is never issued


@pytest.fixture(autouse=True)
def _range(settings):
    settings.USER_ID_RANGE = "555000000001-555000000099"


def row(pk):
    return Application.objects.select_related("invitation", "organisation").get(pk=pk)


def said(rule, pk, **given):
    """What a rule answered, in a word; the row is read before anybody is let go."""
    one = row(pk)

    def call():
        try:
            done = rule(application=one, oneself=False, **given)
        except Refused as refused:
            return refused.reason
        return done.user_id if isinstance(done, Profile) else done

    return call


def yes(pk, by="admin:2"):
    return said(deciding.approve, pk, by=by, among=Profile.objects.all())


def no(pk, by="admin:3"):
    return said(deciding.reject, pk, by=by, reason="no_check")


def test_of_two_that_say_yes_one_makes_the_profile(organisation):
    pk = checked(organisation).pk
    told = at_once([yes(pk), yes(pk, by="admin:3")], held=Application.objects.filter(pk=pk))
    assert sorted(told) == ["555000000001", "decided"]
    assert Profile.objects.count() == Event.objects.filter(name="application.approved").count() == 1
    assert len(post()) == 1


def test_of_yes_and_no_one_is_said(organisation):
    for _ in range(3):
        one = checked(organisation)
        told = at_once([yes(one.pk), no(one.pk)], held=Application.objects.filter(pk=one.pk))
        one.refresh_from_db()
        assert "decided" in told
        assert (one.state == "approved") is (told[1] == "decided")
        assert Invitation.objects.get(pk=one.invitation_id).state == one.state
        assert Profile.objects.filter(email=one.invitation.email).count() == (one.state == "approved")
        assert len(post()) == 1


def test_of_two_that_say_no_one_tells(organisation):
    pk = checked(organisation).pk
    told = at_once([no(pk), no(pk, by="admin:2")], held=Application.objects.filter(pk=pk))
    assert sorted(map(str, told)) == ["True", "decided"]
    assert len(post()) == 1


def test_of_two_with_one_number_one_comes_on_file(organisation):
    keys = [checked(organisation, number=NUMBER).pk for _ in range(2)]
    told = at_once([yes(pk) for pk in keys], held=Application.objects.filter(pk__in=keys))
    assert sorted(told) == ["555000000001", "has_profile"]
    assert Profile.objects.count() == 1
    assert sorted(Application.objects.values_list("state", flat=True)) == ["approved", "waiting"]


def test_of_two_with_one_number_in_two_organisations_the_second_is_told_nothing_but_to_ask(organisation):
    elsewhere = Organisation.objects.create(code="RX2")
    both = [checked(one, number=NUMBER) for one in (organisation, elsewhere)]
    calls = [
        said(deciding.approve, one.pk, by="admin:2", among=Profile.objects.filter(organisation=one.organisation))
        for one in both
    ]
    told = at_once(calls, held=Application.objects.all())
    assert sorted(told) == ["555000000001", "ask_operator"]
    assert Profile.objects.count() == 1


def test_of_two_with_one_address_one_comes_on_file(organisation):
    elsewhere = Organisation.objects.create(code="RX2")
    keys = [checked(one, invitation=invited(one, email="bea@example.nhs.uk")).pk for one in (organisation, elsewhere)]
    told = at_once([yes(pk) for pk in keys], held=Application.objects.filter(pk__in=keys))
    assert sorted(told) == ["555000000001", "has_profile"]


def test_many_at_once_have_a_user_id_each(organisation):
    keys = [checked(organisation).pk for _ in range(10)]
    told = together([yes(pk) for pk in keys])
    assert sorted(told) == [f"5550000000{number:02}" for number in range(1, 11)]


@pytest.mark.parametrize("taken", ["number", "email"])
def test_who_comes_on_file_by_another_door_at_that_moment_is_found(organisation, taken):
    """The other door has written its profile, which nobody sees yet; the approval waits for it by the constraint."""
    elsewhere = Organisation.objects.create(code="RX2")
    one = checked(organisation, number=NUMBER, invitation=invited(organisation, email="bea@example.nhs.uk"))
    what = {"number": NUMBER} if taken == "number" else {"email": "bea@example.nhs.uk"}
    from concurrent.futures import ThreadPoolExecutor

    from tests.threads import patient_connections, until_they_wait

    call = said(deciding.approve, one.pk, by="admin:2", among=Profile.objects.filter(organisation=organisation))

    def alone():
        try:
            return call()
        finally:
            connection.close()

    with patient_connections(), ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            creating.create(
                user_id="777000000001", given_name="Cy", family_name="Other", organisation=elsewhere, source="import",
                by="command:import", **what,
            )  # fmt: skip
            running = pool.submit(alone)
            until_they_wait(1)
        assert running.result() == "ask_operator"
    assert Profile.objects.count() == 1
    assert row(one.pk).state == "waiting"


def test_a_check_that_comes_after_a_decision_of_the_same_moment_is_none(organisation):
    pk = checked(organisation).pk
    check = said(checking.record_check, pk, by="admin:4", **IN_PERSON)
    told = at_once([yes(pk), check], held=Application.objects.filter(pk=pk))
    assert told[0] == "555000000001"
    assert told[1] in {True, "decided"}
    assert row(pk).checked_by == "admin:1"
