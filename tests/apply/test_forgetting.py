"""What was given to come on file is forgotten in time: words after 30 days, the rest after 90."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apply import jobs
from apply.models import Application, Invitation
from careid.post.models import Mail
from careid.trail.models import Event

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=1)


def ago(**units):
    return timezone.now() - timedelta(**units)


def put(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


def applied(invitation, decided_at):
    row = Application(invitation=invitation, organisation=invitation.organisation, given_name="Bea", family_name="New")
    row.date_of_birth, row.note, row.born_fingerprint = "1990-01-02", "a note", "a:1"
    row.decided_at, row.state = decided_at, "approved" if decided_at else "waiting"
    row.save()
    return row


def test_birth_dates_and_notes_go_30_days_after_the_decision_and_the_rest_of_it_stays(make_invitation):
    old, young, waiting = (
        applied(make_invitation(note="asked by ward 3"), decided_at)
        for decided_at in (ago(days=30) - SOON, ago(days=30) + SOON, None)
    )
    jobs.purge.func(timestamp=0)
    for row, gone in ((old, True), (young, False), (waiting, False)):
        now = Application.objects.select_related("invitation").get(pk=row.pk)
        words = (now.date_of_birth, now.note, now.invitation.note)
        assert words == ((None,) * 3 if gone else ("1990-01-02", "a note", "asked by ward 3"))
        assert (now.wiped_at is not None, now.family_name, now.born_fingerprint) == (gone, "New", "a:1")


def test_the_note_of_an_invitation_goes_30_days_after_its_end_whatever_the_end(make_invitation):
    old, young, live = (make_invitation(note="asked by ward 3") for _ in range(3))
    put(old, ended_at=ago(days=30) - SOON)
    put(young, ended_at=ago(days=30) + SOON)
    jobs.purge.func(timestamp=0)
    assert {one.pk: one.note for one in Invitation.objects.all()} == {
        old.pk: None,
        young.pk: "asked by ward 3",
        live.pk: "asked by ward 3",
    }


def test_an_invitation_goes_90_days_after_its_end_with_what_was_applied_for_by_it(make_invitation):
    old, young, live = (applied(make_invitation(), None).invitation for _ in range(3))
    put(old, ended_at=ago(days=90) - SOON)
    put(young, ended_at=ago(days=90) + SOON)
    left = [Event.objects.count(), Mail.objects.count()]
    jobs.purge.func(timestamp=0)
    assert set(Invitation.objects.values_list("pk", flat=True)) == {young.pk, live.pk}
    assert Application.objects.count() == 2
    assert [Event.objects.count(), Mail.objects.count()] == left
