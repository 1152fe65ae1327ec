"""Yes or no to who applied: what follows of each, and who may not say it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from apply import deciding, reasons
from apply.models import Application, Invitation
from careid.errors import Refused
from careid.limits import counting, limits
from careid.limits.models import LimitCount
from careid.people.models import Organisation, Profile
from careid.storing import crypto
from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import record_at_each
from tests import reading
from tests.apply.applications import applied, checked, invited
from tests.environment import key
from tests.visitors import post

pytestmark = pytest.mark.django_db
BY = "admin:2"  # who did not invite
NUMBER = "PP999901C"  # made up: PP is never issued
REFUSED = {"outcome": "refused"}


@pytest.fixture(autouse=True)
def _range(settings):
    settings.USER_ID_RANGE = "555000000001-555000000009"


@pytest.fixture
def elsewhere(db):
    return Organisation.objects.create(code="RX2", name="Hillside Surgery")


@pytest.fixture
def application(organisation):
    return checked(organisation, number=NUMBER)


def approve(application, **other):
    among = Profile.objects.filter(organisation=application.organisation)
    return deciding.approve(application=application, **{"by": BY, "oneself": False, "among": among, **other})


def reject(application, **other):
    return deciding.reject(application=application, **{"by": BY, "oneself": False, "reason": "no_check", **other})


def of(by=BY):
    """How many number checks are counted of somebody."""
    key, one = counting._key((limits.NINO_CHECKS, by))
    return sum(LimitCount.objects.filter(limit=key, subject=one).values_list("count", flat=True))


def test_yes_makes_a_profile_with_the_next_user_id_and_both_rows_know(application, organisation):
    made = approve(application)
    profile, fresh, invitation = Profile.objects.get(), Application.objects.get(), Invitation.objects.get()
    assert made == profile
    assert (profile.user_id, profile.source, profile.identity_level, profile.state) == (
        "555000000001", "apply", 3, "open"
    )  # fmt: skip
    assert (profile.given_name, profile.family_name, profile.email) == ("Bea", "Sample", invitation.email)
    assert (profile.nino_fingerprint, profile.organisation) == (crypto.fingerprint(NUMBER), organisation)
    assert (fresh.state, fresh.decided_by, fresh.reason) == ("approved", BY, "")
    assert (invitation.state, invitation.profile) == ("approved", profile)
    assert fresh.decided_at == invitation.ended_at is not None
    assert application.state == "approved"


def test_yes_leaves_its_events_and_one_mail(application):
    made = approve(application, note="Seen in person")
    approved, created = Event.objects.order_by("-sequence")
    assert (created.name, approved.name) == ("profile.created", "application.approved")
    assert (approved.actor, approved.profile_id, approved.organisation) == (BY, made.pk, "RX1")
    assert approved.reference == application.invitation.reference
    assert approved.details == {"note": "Seen in person", "checked_by": "admin:1"}
    [mail] = post()
    assert mail.to == [made.email]
    assert made.user_id in mail.body
    assert re.search(r"/not-me/[\w-]+/", mail.body)
    assert "http://localhost/\n" in mail.body


def test_the_profile_carries_the_names_that_were_chosen(organisation):
    one = checked(organisation, given_name="Beatrix", family_name="Example")
    other = checked(organisation, given_name="Beatrix", family_name="Example")
    assert str(approve(one)) == "Bea Sample"
    assert str(approve(other, names="application")) == "Beatrix Example"
    with pytest.raises(ValueError, match="the names are those"):
        approve(checked(organisation), names="others")


def test_who_is_approved_can_come_in_by_what_was_typed(organisation, visitor):
    made = approve(checked(organisation, number=NUMBER))
    post()
    made.nino = NUMBER
    assert visitor.verify(made)["Location"] == "/authenticators/"


@pytest.mark.parametrize(
    ("why", "given"),
    [
        ("oneself", {"oneself": True}),
        ("four_eyes", {"by": "admin:1"}),
        ("oneself", {"oneself": True, "by": "admin:1"}),
    ],
)
def test_who_may_not_say_yes(application, why, given):
    with pytest.raises(Refused, match=f"^{why}$"):
        approve(application, **given)
    nothing_came_of(application)


def nothing_came_of(application):
    application.refresh_from_db()
    assert (application.state, application.invitation.state) == ("waiting", "submitted")
    assert not Profile.objects.filter(source="apply").exists()
    assert not Event.objects.filter(outcome="ok").exists()
    assert of("admin:1") == 0


def test_where_one_pair_of_eyes_will_do_the_inviter_may(application, settings):
    settings.APPLY_FOUR_EYES = False
    assert approve(application, by="admin:1")
    with pytest.raises(Refused, match="oneself"):
        approve(checked(application.organisation), by="admin:1", oneself=True)


def test_without_a_check_nobody_says_yes(organisation):
    application = applied(organisation)
    with pytest.raises(Refused, match="not_checked"):
        approve(application)
    nothing_came_of(application)


def test_without_a_range_or_beyond_it_nobody_says_yes(application, settings, make_person):
    settings.USER_ID_RANGE = ""
    with pytest.raises(Refused, match="no_range"):
        approve(application)
    settings.USER_ID_RANGE = "555000000001-555000000001"
    make_person(user_id="555000000001", email=None)
    with pytest.raises(Refused, match="range_full"):
        approve(application)
    nothing_came_of(application)


def test_a_number_of_before_a_new_key_has_to_be_typed_again(application, settings):
    before = settings.INDEX_KEYS
    settings.INDEX_KEYS = f"{key('i2')},{before}"
    with pytest.raises(Refused, match="old_key"):
        approve(application)
    nothing_came_of(application)
    again = checked(application.organisation, number=NUMBER)
    assert approve(again).nino_fingerprint == crypto.fingerprint(NUMBER) != application.number_fingerprints[0]


def test_a_key_that_is_gone_since_is_not_missed(organisation, settings):
    before = settings.INDEX_KEYS
    settings.INDEX_KEYS = f"{key('i2')},{before}"
    application = checked(organisation, number=NUMBER)
    settings.INDEX_KEYS = before
    assert approve(application).nino_fingerprint == crypto.fingerprint(NUMBER)


@pytest.mark.parametrize("by", ["number", "address"])
def test_one_of_their_own_on_file_is_shown_and_counts_nothing(by, application, make_person):
    person = on_file(application, make_person, by)
    with pytest.raises(Refused, match="has_profile") as refused:
        approve(application)
    assert refused.value.facts == {"profile": str(person.pk)}
    [event] = Event.objects.all()
    assert (event.name, event.outcome, event.reason) == ("application.approved", "refused", "has_profile")
    assert (event.profile_id, event.reference) == (None, application.invitation.reference)
    assert post() == []
    nothing_came_of(application)


def on_file(application, make_person, by, **more):
    if by == "number":
        return make_person(NUMBER, **more)
    return make_person(email=application.invitation.email.upper(), **more)


@pytest.mark.parametrize("by", ["number", "address"])
def test_one_on_file_elsewhere_is_named_to_nobody_counts_for_the_inviter_and_is_told(
    by, application, make_person, elsewhere
):
    person = on_file(application, make_person, by, organisation=elsewhere)
    with pytest.raises(Refused, match="ask_operator") as refused:
        approve(application)
    assert refused.value.facts == {}
    here, there = Event.objects.order_by("sequence")
    assert (here.reason, here.organisation, here.profile_id, here.actor) == ("ask_operator", "RX1", None, BY)
    assert (there.reason, there.organisation, there.profile_id, there.actor) == (
        "on_file", "RX2", person.pk, "system"
    )  # fmt: skip
    assert here.reference == there.reference == application.invitation.reference
    assert of("admin:1") == 1
    assert of(BY) == 0
    [mail] = post()
    assert mail.to == [person.email]
    assert application.invitation.reference in mail.body
    for secret in ("Bea", "Riverside", "RX1", "admin"):
        assert secret not in mail.body
    assert Application.objects.get().state == "waiting"


def test_by_number_and_by_address_the_answer_is_the_same_to_the_letter(organisation, make_person, elsewhere):
    told = []
    for by in ("number", "address", "both"):
        Profile.objects.all().delete()
        application = checked(organisation, number=NUMBER)
        for one in ("number", "address") if by == "both" else (by,):
            on_file(application, make_person, one, organisation=elsewhere)
        with pytest.raises(Refused) as refused:
            approve(application)
        event = Event.objects.filter(organisation="RX1").latest("sequence")
        told.append((refused.value.reason, refused.value.facts, event.outcome, event.reason, event.details))
    assert told == [("ask_operator", {}, "refused", "ask_operator", {})] * 3


def test_whoever_is_on_file_elsewhere_hears_of_it_once_a_day(application, make_person, elsewhere):
    on_file(application, make_person, "number", organisation=elsewhere)
    for _ in range(3):
        with pytest.raises(Refused):
            approve(application)
    assert len(post()) == 1
    assert of("admin:1") == 3
    LimitCount.objects.filter(limit="on_file_mail").update(until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refused):
        approve(application)
    assert len(post()) == 1


def test_where_both_are_on_file_their_own_is_shown_and_the_other_is_not(application, make_person, elsewhere):
    mine = on_file(application, make_person, "address")
    on_file(application, make_person, "number", organisation=elsewhere)
    with pytest.raises(Refused, match="has_profile") as refused:
        approve(application)
    assert refused.value.facts == {"profile": str(mine.pk)}
    assert post() == []


def test_past_the_inviters_limit_nobody_is_approved_on_file_or_not(organisation, make_person, elsewhere):
    make_person(NUMBER, organisation=elsewhere)
    for _ in range(limits.NINO_CHECKS.most):
        with pytest.raises(Refused, match="ask_operator"):
            approve(checked(organisation, number=NUMBER))
    told = []
    for number in (NUMBER, None):
        with pytest.raises(counting.Locked) as locked:
            approve(checked(organisation, number=number))
        told.append(locked.value.verdict.until)
    assert told[0] == told[1] is not None
    assert approve(checked(organisation, invitation=invited(organisation, by="admin:3")))


def test_whom_nobody_of_the_desk_invited_counts_for_who_decides_and_locks_nobody_else(
    organisation, make_person, elsewhere
):
    make_person(NUMBER, organisation=elsewhere)
    for _ in range(limits.NINO_CHECKS.most):
        with pytest.raises(Refused, match="ask_operator"):
            approve(checked(organisation, number=NUMBER, invitation=invited(organisation, by="system")))
    with pytest.raises(counting.Locked):
        approve(checked(organisation, invitation=invited(organisation, by="system")))
    assert approve(checked(organisation, invitation=invited(organisation, by="system")), by="admin:3")
    assert (of("system"), of("admin:3")) == (0, 0)


def test_who_loaded_a_moves_people_does_not_approve_alone_whom_it_invited(organisation, elsewhere, settings):
    loaded = {"move": "exchange", "rows": 1, "failed": 0}
    record_at_each(EventName.MOVE_PEOPLE_LOADED, organisations=["RX1"], actor="admin:3", details=loaded)
    invitations = [invited(organisation, by="system"), invited(organisation, by="system")]
    with pytest.raises(Refused, match="four_eyes"):
        approve(checked(organisation, invitation=invitations[0]), by="admin:3")
    assert approve(invitations[0].application)
    assert approve(checked(organisation), by="admin:3")  # whom a colleague invited
    assert approve(checked(elsewhere, invitation=invited(elsewhere, by="system")), by="admin:3")
    settings.APPLY_FOUR_EYES = False
    assert approve(checked(organisation, invitation=invitations[1]), by="admin:3")


def test_whoever_is_approved_counts_nothing_however_many(organisation, settings):
    settings.USER_ID_RANGE = "555000000001-555000000099"
    for _ in range(limits.NINO_CHECKS.most + 2):
        approve(checked(organisation))
    assert of("admin:1") == 0


def test_a_closed_profile_stands_in_nobodys_way(application, make_person, elsewhere):
    for organisation in (elsewhere, application.organisation):
        make_person(
            NUMBER,
            email=application.invitation.email,
            organisation=organisation,
            state="closed",
            closed_reason="leaver",
        )
    assert approve(application).nino_fingerprint == crypto.fingerprint(NUMBER)


@pytest.mark.parametrize("reason", reasons.REJECTIONS)
def test_no_tells_the_person_why_and_what_to_do(reason, organisation):
    jo = User.objects.create_user("jo", "jo@example.nhs.uk", first_name="Jo", last_name="Smith")
    application = applied(organisation, invitation=invited(organisation, by=f"admin:{jo.pk}"))
    assert reject(application, reason=reason, note="Called twice") is True
    fresh, invitation = Application.objects.get(), Invitation.objects.get()
    assert (fresh.state, fresh.reason, fresh.decided_by) == ("rejected", reason, BY)
    assert (invitation.state, invitation.ended_at, invitation.profile) == ("rejected", fresh.decided_at, None)
    event = Event.objects.get()
    assert (event.name, event.reason, event.actor) == ("application.rejected", reason, BY)
    assert (event.organisation, event.reference) == ("RX1", invitation.reference)
    assert event.details == {"note": "Called twice"}
    [mail] = post()
    assert mail.to == [invitation.email]
    why = reasons.REJECTIONS[reason]
    for said in (why.told, why.do, "Jo Smith", "jo@example.nhs.uk", invitation.reference):
        assert said in mail.body
    assert "Called twice" not in mail.body
    assert reading.mail(mail.body).faults == []
    assert not Profile.objects.exists()


def test_whoever_invited_may_say_no_but_nobody_about_oneself(organisation):
    application = applied(organisation)
    with pytest.raises(Refused, match="oneself"):
        reject(application, oneself=True)
    assert reject(application, by="admin:1")


def test_no_with_a_reason_of_no_list_is_our_own_fault(application):
    with pytest.raises(KeyError):
        reject(application, reason="because")
    nothing_came_of(application)


@pytest.mark.parametrize("first", [approve, reject])
@pytest.mark.parametrize("second", [approve, reject])
def test_what_is_decided_is_decided(application, first, second):
    first(application)
    before, mails = Event.objects.count(), len(post())
    with pytest.raises(Refused, match="decided"):
        second(application)
    assert (Event.objects.count(), len(post()), mails) == (before, 0, 1)
    assert application.state == ("approved" if first is approve else "rejected")


def test_what_the_page_read_before_does_not_count(application):
    read = Application.objects.select_related("invitation", "organisation").get()
    reject(application)
    assert read.state == "waiting"
    with pytest.raises(Refused, match="decided"):
        approve(read)


def test_who_said_yes_and_who_checked_do_not_close_what_is_reported_of_it(application):
    from authenticators import reports
    from careid.post import not_me

    made = approve(application)
    report = reports.report(token=not_me.link(made, address=made.email).split("/")[-2])
    for by in (BY, "admin:1"):
        with pytest.raises(Refused, match="own_change"):
            reports.close(report=report, by=by, outcome="the_person")
    assert reports.close(report=report, by="admin:9", outcome="misuse")
