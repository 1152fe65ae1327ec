"""Inviting: one person or many, again, or no longer. Row, event and mail stand together."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from apply import inviting, limits, links
from apply.inviting import Asked
from apply.models import Invitation
from careid.errors import Refused
from careid.limits import counting
from careid.people.models import Organisation
from careid.post.models import Mail
from careid.trail.models import Event
from tests.threads import together

pytestmark = pytest.mark.django_db
State = Invitation.State
BY = "admin:7"


def asked(organisation, many=3, **fields):
    return [Asked(organisation, f"p{n}@example.nhs.uk", "Pat", f"Sample{n}", **fields) for n in range(many)]


def events(name="invitation.sent"):
    return list(Event.objects.filter(name=name).order_by("sequence"))


def put(invitation, **fields):
    Invitation.objects.filter(pk=invitation.pk).update(**fields)
    return Invitation.objects.get(pk=invitation.pk)


def test_an_invitation_is_a_row_an_event_and_a_mail_with_its_link_and_whom_to_ask(organisation, settings):
    now = timezone.now()
    one = inviting.invite(
        organisation=organisation, email="Bea@Example.nhs.uk", given_name="Bea", family_name="New", note="ward 3", by=BY
    )
    row = Invitation.objects.get()
    assert (row, row.email, row.state, row.note, row.by) == (one, "bea@example.nhs.uk", State.SENT, "ward 3", BY)
    assert timedelta() <= row.expires_at - now - settings.APPLY_LIFE < timedelta(seconds=10)
    [event] = events()
    assert (event.actor, event.organisation, event.reference, event.details) == (BY, "RX1", row.reference, {})
    mail = Mail.objects.get()
    assert (mail.pk, mail.content["to"], mail.profile_id) == (row.mail_id, row.email, None)
    assert all(word in mail.content["body"] for word in (links.give(row), row.reference, "Riverside RA"))
    assert not any(word in str(mail.content) for word in ("ward 3", "New"))


@pytest.mark.parametrize("wrong", [{"email": "no"}, {"given_name": ""}, {"family_name": "\0"}, {"note": "x" * 201}])
def test_what_is_not_in_its_form_invites_nobody(make_invitation, wrong):
    with pytest.raises(ValueError):
        make_invitation(**wrong)
    assert not Invitation.objects.exists()


def test_nobody_is_invited_twice_while_an_invitation_lives_and_the_refusal_is_an_event(make_invitation):
    one = make_invitation()
    with pytest.raises(Refused, match="invited_already"):
        make_invitation(email=one.email.upper())
    assert (Invitation.objects.count(), Mail.objects.count()) == (1, 1)
    assert [(one.outcome, one.reason) for one in events()] == [("ok", ""), ("refused", "invited_already")]


def test_another_organisation_invites_the_same_address_and_learns_nothing(make_invitation):
    other = Organisation.objects.create(code="RY2")
    one, two = make_invitation(), make_invitation(email="x@example.nhs.uk")
    assert make_invitation(email=one.email, organisation=other).organisation == other
    assert two.organisation != other


def test_who_is_on_file_is_invited_like_anybody(make_invitation, person):
    on_file, not_on_file = make_invitation(email=person.email), make_invitation()
    mails = [Mail.objects.get(pk=one.mail_id) for one in (on_file, not_on_file)]
    assert [(one.template, one.profile_id) for one in mails] == [("apply_invitation", None)] * 2


def test_who_let_an_invitation_run_out_can_be_invited_again(make_invitation, settings):
    one = make_invitation()
    with time_machine.travel(timezone.now() + settings.APPLY_LIFE + timedelta(seconds=1)):
        two = make_invitation(email=one.email)
    states = dict(Invitation.objects.values_list("pk", "state"))
    assert states == {one.pk: State.EXPIRED, two.pk: State.SENT}
    assert len(events("invitation.expired")) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_invite_the_same_person_at_once_one_does(make_invitation):
    def invite():
        try:
            return bool(make_invitation(email="one@example.nhs.uk"))
        except Refused:
            return False

    assert sorted(together([invite] * 4)) == [False, False, False, True]
    assert (Invitation.objects.count(), Mail.objects.count()) == (1, 1)


def test_many_are_invited_by_as_few_statements_as_a_few(organisation, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        made = inviting.by_sets(rows=asked(organisation, 200), by=BY)
    assert len(made) == Invitation.objects.count() == Mail.objects.count() == len(events()) == 200
    assert {one.mail_id for one in Invitation.objects.all()} == {mail.pk for mail in Mail.objects.all()}
    assert all(Mail.objects.get(pk=one.mail_id).content["to"] == one.email for one in made[:3])


def test_those_who_are_invited_already_or_stand_there_twice_are_left_out_of_many(organisation, make_invitation):
    make_invitation(email="p1@example.nhs.uk")
    rows = asked(organisation)
    made = inviting.by_sets(rows=[*rows, rows[0]], by=BY)
    assert sorted(one.email for one in made) == ["p0@example.nhs.uk", "p2@example.nhs.uk"]
    assert len(events()) == Mail.objects.count() == 3


def test_many_can_be_invited_without_a_mail_by_what_mails_itself(organisation):
    [one] = inviting.by_sets(rows=asked(organisation, 1), by=BY, reminds=False, mailed=False)
    assert (one.reminds, one.mail_id, Mail.objects.count(), len(events())) == (False, None, 0, 1)
    assert links.find(links.give(one).split("/")[-2]) == one


def test_the_mails_of_many_keep_to_what_a_mail_server_bears(organisation, settings):
    settings.MAILS_AN_HOUR = 60
    inviting.by_sets(rows=asked(organisation), by=BY)
    first, *_, last = Mail.objects.order_by("queued_at").values_list("queued_at", flat=True)
    assert last - first == timedelta(minutes=2)


def test_many_are_written_in_one_order_however_they_are_asked_for_so_that_no_two_wait_crosswise(organisation):
    made = inviting.by_sets(rows=asked(organisation, 5)[::-1], by=BY)
    assert [one.family_name for one in made] == [f"Sample{n}" for n in range(5)]


@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_people_at_once_invite_each_once(organisation):
    rows = asked(organisation, 50)
    calls = [partial(inviting.by_sets, rows=rows[::step], by=BY) for step in (1, -1)]
    assert sum(len(made) for made in together(calls)) == Invitation.objects.count() == Mail.objects.count() == 50


@pytest.mark.parametrize("state", [State.SENT, State.OPENED, State.PROVED, State.EXPIRED, State.BLOCKED])
def test_sent_again_it_begins_anew_with_another_link_and_another_mail(invitation, person, state):
    past, mail = timezone.now() - timedelta(days=20), invitation.mail_id
    spent = {"codes": 6, "wrong": 6, "reminded": 2, "browser_hash": b"x" * 32, "code_digest": b"y" * 32}
    times = dict.fromkeys(("sent_at", "expires_at", "opened_at", "proved_at", "ended_at", "code_issued_at"), past)
    put(invitation, state=state, profile=person, **spent, **times)
    assert inviting.resend(invitation=invitation, by="admin:9")
    row = Invitation.objects.get()
    assert (row.state, row.sends, row.codes, row.wrong, row.reminded) == (State.SENT, 2, 0, 0, 0)
    gone = ("opened_at", "proved_at", "ended_at", "code_issued_at", "browser_hash", "code_digest", "profile_id")
    assert [getattr(row, name) for name in gone] == [None] * 7
    assert row.expires_at > timezone.now() + timedelta(days=27)
    assert Mail.objects.get(pk=mail).state == Mail.State.DROPPED
    assert links.give(row) in Mail.objects.get(pk=row.mail_id).content["body"]
    assert [(one.actor, one.reference) for one in events("invitation.resent")] == [("admin:9", row.reference)]


def test_nobody_is_flooded_with_links_by_inviting_cancelling_and_sending_again(invitation, make_invitation):
    other = Organisation.objects.create(code="RX2", name="Hillside Surgery")
    for _ in range(limits.LINKS.most - 2):
        assert inviting.resend(invitation=Invitation.objects.get(), by=BY)
    inviting.cancel(invitation=Invitation.objects.get(), by=BY, reason="not_needed")
    again = make_invitation(email=invitation.email.upper())
    with pytest.raises(counting.Locked):
        inviting.resend(invitation=again, by="admin:9")
    inviting.cancel(invitation=again, by=BY, reason="not_needed")
    with pytest.raises(counting.Locked):
        make_invitation(email=invitation.email)
    assert Mail.objects.count() == Invitation.objects.count() + limits.LINKS.most - 2 == limits.LINKS.most
    make_invitation()
    make_invitation(email=invitation.email, organisation=other)  # what others mailed there is not told


@pytest.mark.parametrize("state", [State.FOUND, State.SUBMITTED, State.APPROVED, State.REJECTED, State.CANCELLED])
def test_what_came_to_its_end_is_not_sent_again(invitation, state):
    before = put(invitation, state=state)
    assert not inviting.resend(invitation=before, by=BY)
    assert (Invitation.objects.get().token_hash, Mail.objects.count()) == (before.token_hash, 1)
    assert not events("invitation.resent")


def test_one_that_ran_out_is_not_sent_again_beside_another_that_lives(make_invitation):
    one = make_invitation()
    put(one, state=State.EXPIRED)
    make_invitation(email=one.email)
    with pytest.raises(Refused, match="invited_already"):
        inviting.resend(invitation=one, by=BY)
    assert [(one.outcome, one.reason) for one in events("invitation.resent")] == [("refused", "invited_already")]
    assert Invitation.objects.get(pk=one.pk).state == State.EXPIRED


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_it_again_at_once_one_does_and_its_link_is_the_one_that_works(invitation):
    calls = [partial(inviting.resend, invitation=Invitation.objects.get(), by=BY) for _ in range(4)]
    assert sorted(together(calls)) == [False, False, False, True]
    assert links.give(Invitation.objects.get()) in Mail.objects.latest("queued_at").content["body"]
    assert Mail.objects.count() == 2


def test_one_that_ran_out_lives_again_without_a_mail_where_its_person_comes_by_another_link(invitation):
    put(invitation, state=State.EXPIRED, expires_at=timezone.now())
    invitation.refresh_from_db()
    assert inviting.renew(invitation=invitation)
    assert (invitation.state, invitation.mail_id, Mail.objects.filter(state="queued").count()) == (State.SENT, None, 0)
    assert [one.actor for one in events("invitation.resent")] == ["person"]


@pytest.mark.parametrize("state", [State.SENT, State.BLOCKED, State.CANCELLED, State.REJECTED])
def test_only_what_ran_out_lives_again_so(invitation, state):
    assert not inviting.renew(invitation=put(invitation, state=state))
    assert Invitation.objects.get().sends == 1


@pytest.mark.parametrize("state", [State.SENT, State.OPENED, State.PROVED, State.BLOCKED])
def test_a_cancelled_one_is_over_and_its_mail_does_not_go(invitation, state):
    put(invitation, state=state, browser_hash=b"x" * 32, code_digest=b"y" * 32)
    assert inviting.cancel(invitation=invitation, by="admin:9", reason="wrong_person", note="two of that name")
    row = Invitation.objects.get()
    assert (row.state, row.browser_hash, row.code_digest) == (State.CANCELLED, None, None)
    assert row.ended_at is not None
    assert Mail.objects.get().state == Mail.State.DROPPED
    [event] = events("invitation.cancelled")
    assert (event.actor, event.reason, event.details) == ("admin:9", "wrong_person", {"note": "two of that name"})


@pytest.mark.parametrize("state", [State.FOUND, State.SUBMITTED, State.APPROVED, State.REJECTED, State.EXPIRED])
def test_what_is_over_is_not_cancelled(invitation, state):
    put(invitation, state=state)
    assert not inviting.cancel(invitation=invitation, by=BY, reason="not_needed")
    assert not events("invitation.cancelled")
