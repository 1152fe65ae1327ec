"""The check of who applies, as it is recorded."""

import pytest
from django.contrib.auth.models import User

from apply import checking
from apply.models import Application
from careid.errors import Refused
from careid.trail.models import Event
from tests.apply.applications import IN_PERSON, applied, invited
from tests.threads import at_once
from tests.visitors import post

pytestmark = pytest.mark.django_db
BY = "admin:2"


@pytest.fixture
def application(organisation):
    return applied(organisation)


def check(application, **other):
    given = {"by": BY, "oneself": False, **IN_PERSON, "checked_by": BY, **other}
    return checking.record_check(application=application, **given)


def test_how_by_whom_and_what_was_seen_is_kept_with_one_event(application):
    assert check(application, note="Came on Friday") is True
    fresh = Application.objects.get()
    assert (fresh.checked, fresh.checked_by, fresh.route, fresh.note) == (
        "in_person", BY, "two_photos", "Came on Friday"
    )  # fmt: skip
    assert fresh.documents == ["driving_licence", "passport", "utility_bill"]
    assert fresh.checked_at is not None
    assert fresh.state == "waiting"
    event = Event.objects.get()
    assert (event.name, event.actor, event.organisation) == ("application.checked", BY, "RX1")
    assert event.reference == application.invitation.reference
    assert event.details == {
        "checked": "in_person", "checked_by": BY, "route": "two_photos", "documents": fresh.documents
    }  # fmt: skip
    assert post() == []


def test_a_later_check_stands_in_place_of_the_earlier(application):
    check(application, note="Came on Friday")
    documents = ["passport", "bank_statement", "council_tax", "bank_statement"]
    check(application, checked="video", route="one_photo", documents=documents)
    fresh = Application.objects.get()
    assert (fresh.checked, fresh.route, fresh.note) == ("video", "one_photo", None)
    assert fresh.documents == ["bank_statement", "council_tax", "passport"]
    assert Event.objects.count() == 2


@pytest.mark.parametrize("left_out", IN_PERSON["documents"])
def test_too_few_documents_for_the_route_are_none(application, left_out):
    documents = [one for one in IN_PERSON["documents"] if one != left_out]
    with pytest.raises(Refused, match="documents"):
        check(application, documents=documents)
    assert Application.objects.get().checked_at is None
    assert not Event.objects.exists()


@pytest.mark.parametrize("other", [{"checked": "by phone"}, {"checked": ""}, {"route": "none"}, {"documents": ["x"]}])
def test_a_word_of_no_list_is_our_own_fault(application, other):
    with pytest.raises(ValueError, match="of no list"):
        check(application, **other)


def test_nobody_checks_oneself_nor_is_named_for_it(organisation):
    colleague = User.objects.create_user("jo", "Jo@Example.nhs.uk")
    named = User.objects.create_user("sam@example.nhs.uk")
    for user in (colleague, named):
        address = user.email.lower() or user.username
        application = applied(organisation, invitation=invited(organisation, email=address))
        with pytest.raises(Refused, match="oneself"):
            check(application, checked_by=f"admin:{user.pk}")
        with pytest.raises(Refused, match="oneself"):
            check(application, oneself=True)
    assert not Application.objects.exclude(checked_at=None).exists()


@pytest.mark.parametrize("state", ["approved", "rejected"])
def test_once_decided_nothing_is_recorded(application, state):
    Application.objects.update(state=state, decided_at=application.submitted_at)
    with pytest.raises(Refused, match="decided"):
        check(application)
    assert Application.objects.get().checked_at is None
    assert application.state == state


def test_a_colleague_who_is_named_hears_of_it_without_who_was_checked(application):
    writer = User.objects.create_user("jo", first_name="Jo", last_name="Smith")
    named = User.objects.create_user("sam", "sam@example.nhs.uk")
    check(application, by=f"admin:{writer.pk}", checked_by=f"admin:{named.pk}", checked="video")
    [mail] = post()
    assert mail.to == ["sam@example.nhs.uk"]
    assert "Jo Smith wrote that you checked who a person is (by video)." in mail.body
    assert application.invitation.reference in mail.body
    assert "tell your manager now" in mail.body
    assert "Reject" not in mail.body  # which not all who check may do
    assert application.given_name not in mail.body
    assert application.invitation.email not in mail.body


@pytest.mark.django_db(transaction=True)
def test_of_two_checks_at_once_one_stands_whole(organisation):
    application = applied(organisation)
    ways = [
        {"checked": "video", "route": "one_photo", "documents": ["passport", "bank_statement", "council_tax"]},
        {"checked": "in_person"},
    ]
    told = at_once(
        [lambda way=way: check(Application.objects.select_related("invitation").get(), **way) for way in ways],
        held=Application.objects.filter(pk=application.pk),
    )
    assert told == [True, True]
    fresh = Application.objects.get()
    assert (fresh.checked, fresh.route, len(fresh.documents)) in {
        ("video", "one_photo", 3), ("in_person", "two_photos", 3)
    }  # fmt: skip
    assert Event.objects.count() == 2
