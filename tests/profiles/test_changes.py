"""Whatever is done to a profile: one event, one mail to each address, and what follows."""

import re
from datetime import timedelta

import pytest

from authenticators.models import Authenticator
from careid.errors import Refused
from careid.trail.models import Event
from enrolment.models import Attempt
from profiles import closing, emails, numbers
from tests.visitors import post

pytestmark = pytest.mark.django_db
NEW_NUMBER = "PP999901C"  # made up: PP is never issued
BY = {"by": "admin:7", "note": "Seen in person"}


CHANGES = {
    "email": (lambda person: emails.change_email(profile=person, email="new@example.nhs.uk", reason="correction", **BY), "profile.email_changed"),
    "number": (lambda person: numbers.set_number(profile=person, number=NEW_NUMBER, reason="correction", **BY), "profile.nino_changed"),
    "close": (lambda person: closing.close(profile=person, reason="leaver", **BY), "profile.closed"),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_leaves_one_event_tells_every_address_and_ends_open_attempts(what, person, visitor, the_event):
    change, event = CHANGES[what]
    old = person.email
    visitor.verify(person)
    assert change(person) is True
    actor, reason, details = the_event(event)
    assert (actor, reason, details["note"]) == ("admin:7", "leaver" if what == "close" else "correction", BY["note"])
    told = post()
    assert {mail.to[0] for mail in told} == ({old, "new@example.nhs.uk"} if what == "email" else {old})
    assert all(re.search(r"^http://localhost/not-me/[\w-]+/$", mail.body, re.MULTILINE) for mail in told)
    assert not any(BY["note"] in mail.body for mail in told)
    assert visitor.client.get("/authenticators/").url == "/expired/"
    assert not Attempt.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_so_already_is_not_done_again(what, person):
    change, event = CHANGES[what]
    change(person)
    assert change(person) is False
    assert Event.objects.filter(name=event).count() == 1


def test_a_changed_address_and_a_changed_number_put_what_is_added_next_on_hold(make_person, make_visitor):
    for what in ("email", "number"):
        person = make_person()
        CHANGES[what][0](person)
        person.nino = NEW_NUMBER if what == "number" else person.nino
        make_visitor().enrol(person)
        one = Authenticator.objects.get(profile=person)
        assert one.usable_from - one.added_at == timedelta(hours=24)
        closing.close(profile=person, reason="leaver", **BY)


def test_what_another_open_profile_has_is_refused_and_nothing_changes(person, make_person):
    other = make_person()
    with pytest.raises(Refused, match="email_taken"):
        emails.change_email(profile=person, email=other.email, reason="correction", **BY)
    with pytest.raises(Refused, match="number_taken"):
        numbers.set_number(profile=person, number=other.nino, reason="correction", **BY)
    told = list(Event.objects.values_list("name", "outcome", "reason", "actor"))
    assert told == [
        ("profile.email_changed", "refused", "email_taken", "admin:7"),
        ("profile.nino_changed", "refused", "number_taken", "admin:7"),
    ]
    assert post() == []
