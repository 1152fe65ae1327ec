import inspect
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from authenticators import actions
from authenticators.models import Authenticator
from careid.errors import Refused
from careid.people.models import Profile
from careid.post.models import Mail
from careid.trail.models import Event
from enrolment.models import Attempt
from tests import kinds
from tests.threads import together
from tests.visitors import post

pytestmark = pytest.mark.django_db
CHANGES = {
    "revoke": ("active", "revoked", "authenticator.revoked"),
    "suspend": ("active", "suspended", "authenticator.suspended"),
    "reinstate": ("suspended", "active", "authenticator.reinstated"),
}


@pytest.fixture
def one(person):
    return Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="x", material={"key": "k"}, added_by="person"
    )


def put(one, state):
    Authenticator.objects.filter(pk=one.pk).update(state=state, state_reason="" if state == "active" else "lost")


@pytest.mark.parametrize("verb", CHANGES)
def test_each_change_leaves_one_event_and_one_mail(verb, one):
    before, after, event = CHANGES[verb]
    put(one, before)
    assert getattr(actions, verb)(authenticator=one, by="command:test", reason="lost") is True
    assert Authenticator.objects.get().state == after
    told = Event.objects.get(name=event)
    assert (told.actor, told.reason, told.authenticator_id, told.profile_id) == (
        "command:test",
        "lost",
        one.pk,
        one.profile_id,
    )
    assert [mail.template for mail in Mail.objects.all()] == [event.replace(".", "_")]
    assert post()[0].subject.startswith("Care ID: ")


@pytest.mark.parametrize("verb", CHANGES)
def test_a_change_that_was_made_already_is_not_made_again(verb, one):
    put(one, CHANGES[verb][1])
    assert getattr(actions, verb)(authenticator=one, by="command:test", reason="lost") is False
    assert not Event.objects.exists()
    assert not Mail.objects.exists()


def test_every_function_that_changes_an_authenticator_is_walked_here():
    verbs = {
        name
        for name, value in vars(actions).items()
        if inspect.isfunction(value) and value.__module__ == actions.__name__ and not name.startswith("_")
    }
    assert verbs - {"rejected"} == {
        *CHANGES,
        "add",
        "rename",
        "undo",
        "revoke_all",
    }  # test_holds.py walks the lifting of one


def test_all_are_revoked_with_an_event_and_a_mail_for_each_and_none_twice(one, person):
    Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="y", material={}, added_by="person", state="suspended", state_reason="lost"
    )  # fmt: skip
    assert actions.revoke_all(profile=person, by="command:test", reason="lost") == 2
    assert actions.revoke_all(profile=person, by="command:test", reason="lost") == 0
    assert set(Authenticator.objects.values_list("state", flat=True)) == {"revoked"}
    assert Event.objects.count() == Mail.objects.count() == 2


def test_what_was_stopped_stays_so_while_a_report_is_open(one, person):
    put(one, "suspended")
    Profile.objects.update(reported_at=timezone.now())
    with pytest.raises(Refused, match="reported"):
        actions.reinstate(authenticator=one, by="command:test", reason="found")
    assert not Event.objects.exists()


def test_if_the_event_cannot_be_written_the_change_does_not_happen(one, monkeypatch):
    monkeypatch.setattr("authenticators.telling.record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.revoke(authenticator=one, by="command:test", reason="lost")
    assert Authenticator.objects.get().state == "active"


def test_a_notice_goes_to_the_address_that_was_replaced_lately_too(one, person):
    person.previous_email, person.email_changed_at = "before@example.nhs.uk", timezone.now() - timedelta(days=29)
    person.save()
    one.refresh_from_db()
    actions.revoke(authenticator=one, by="command:test", reason="lost")
    assert sorted(mail.to[0] for mail in post()) == sorted([person.email, "before@example.nhs.uk"])


def test_one_on_hold_or_stopped_is_not_usable(one):
    now = timezone.now()
    assert one.usable(now)
    one.usable_from = now + timedelta(hours=24)
    assert not one.usable(now)
    one.usable_from, one.state = now, "suspended"
    assert not one.usable(now)


@pytest.mark.django_db(transaction=True)
def test_of_ten_revocations_at_once_one_counts(one):
    def revoke():
        return actions.revoke(authenticator=Authenticator.objects.get(), by="command:test", reason="lost")

    assert sorted(together([revoke] * 10)) == [False] * 9 + [True]
    assert Event.objects.count() == Mail.objects.count() == 1


def test_what_is_kept_of_it_is_sealed(one):
    with connection.cursor() as cursor:
        cursor.execute("SELECT material FROM authenticators_authenticator")
        assert b"key" not in bytes(cursor.fetchone()[0])
    assert Authenticator.objects.get().material == {"key": "k"}


def test_a_value_moved_to_another_row_does_not_open(one, person):
    from careid.storing.crypto import CannotOpen

    other = Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="y", material={}, added_by="person"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE authenticators_authenticator a SET material = b.material FROM authenticators_authenticator b WHERE a.id = %s AND b.id = %s",
            [other.pk, one.pk],
        )
    with pytest.raises(CannotOpen):
        Authenticator.objects.get(pk=other.pk).material  # noqa: B018  reading opens it
    assert not Attempt.objects.exists()
