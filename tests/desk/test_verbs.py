"""What the desk does to a row, through its pages: each verb once, with its reason, and what it says where it can't."""

from datetime import timedelta

import pytest
from django.utils import timezone

from authenticators import reports
from authenticators.models import Authenticator, Report
from careid.limits import counting, limits, own
from careid.people.models import Profile
from careid.post import not_me
from careid.post.models import Mail
from careid.trail.models import Event
from desk import verbs
from tests import kinds
from tests.desk.door.admins import role, stale
from tests.sign_in.test_sessions import come_in, stored
from tests.threads import at_once
from tests.visitors import post

pytestmark = pytest.mark.django_db
NEW = "new@example.nhs.uk"
NUMBER = "PP999901C"  # made up: PP is never issued
EMAIL = {"email": NEW, "reason": "correction", "note": "Ticket 4711"}
NUMBERS = {"number": NUMBER, "again": NUMBER, "reason": "was_missing", "note": ""}
# Each verb of a profile: what is typed, the event that follows and what the admin is told.
OF_A_PROFILE = {
    "email": (EMAIL, "profile.email_changed", "The email address was changed."),
    "number": (NUMBERS, "profile.nino_changed", verbs.PROFILE[1].done),
    "unlock": ({"reason": "mistake"}, "limit.lifted", "The lock was lifted."),
    "sign-out": ({"reason": "shared_computer"}, "session.ended", "They were signed out everywhere."),
    "revoke": ({"reason": "stolen"}, "authenticator.revoked", "All authenticators were revoked."),
    "close": ({"reason": "leaver"}, "profile.closed", "The profile was closed."),
    "reopen": ({"reason": "returned"}, "profile.reopened", "The profile was reopened."),
    "invite": ({}, "profile.invited", "The invitation was sent."),
}
OF_AN_AUTHENTICATOR = {
    "revoke": ("lost", "authenticator.revoked", "It was revoked."),
    "suspend": ("away", "authenticator.suspended", "It was suspended."),
    "reinstate": ("back", "authenticator.reinstated", "It was reinstated."),
    "lift": ("person_confirmed", "authenticator.hold_lifted", "The hold was lifted."),
}


def said(response):
    return [str(message) for message in response.context["messages"]]


def do(client, row, verb, data, **extra):
    model = "authenticators/authenticator" if isinstance(row, Authenticator) else "careid/profile"
    return client.post(f"/admin/{model}/{row.pk}/{verb}/", data, **extra)


@pytest.fixture
def manager(organisation):
    return role("RA manager", organisation)


@pytest.fixture
def one(person):
    return Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="x", material={"key": "k"}, added_by="person"
    )


def ready(verb, row):
    """The row as the verb wants it."""
    if verb == "unlock":
        for _ in range(7):
            counting.hit((limits.DETAILS_PAIR_HOUR, own.pair(row.email, row.nino_fingerprint).hex()))
    if verb == "sign-out":
        come_in(stored(row))
        Mail.objects.all().delete()  # of a new browser
    if verb == "revoke" and isinstance(row, Profile):
        Authenticator.objects.create(
            profile=row, kind=kinds.some_kind(), external_id="r", material={}, added_by="person"
        )
    if verb == "reopen":
        Profile.objects.update(state="closed", closed_reason="leaver")
    if verb == "reinstate":
        Authenticator.objects.update(state="suspended", state_reason="away")
    if verb == "lift":
        Authenticator.objects.update(usable_from=timezone.now() + timedelta(hours=20))


def test_every_verb_is_done_here():
    assert {verb.slug for verb in verbs.PROFILE} == {*OF_A_PROFILE, "check"}
    assert {verb.slug for verb in verbs.AUTHENTICATOR} == set(OF_AN_AUTHENTICATOR)
    assert {verb.slug for verb in verbs.REPORT} == {"close"}


@pytest.mark.parametrize("verb", OF_A_PROFILE)
def test_what_is_done_to_a_profile_leaves_one_event_and_one_mail_an_address_and_is_not_done_twice(
    verb, manager, person
):
    data, event, words = OF_A_PROFILE[verb]
    ready(verb, person)
    done = do(manager, person, verb, data, follow=True)
    assert done.redirect_chain == [(f"/admin/careid/profile/{person.pk}/change/", 302)]
    assert said(done) == [words]
    [told] = Event.objects.filter(name=event)
    assert (told.actor, told.reason) == (f"admin:{manager.user.pk}", data.get("reason", ""))
    assert told.details.get("note", "") == data.get("note", "")
    assert [mail.to for mail in post()] == ([[person.email], [NEW]] if verb == "email" else [[person.email]])
    before = Event.objects.filter(name=event).count(), Mail.objects.count()
    again = do(manager, person, verb, data, follow=True)
    assert said(again)[0].startswith("Nothing was")
    assert (Event.objects.filter(name=event).count(), Mail.objects.count()) == before


@pytest.mark.parametrize("verb", OF_AN_AUTHENTICATOR)
def test_what_is_done_to_an_authenticator_leaves_one_event_and_one_mail_and_is_not_done_twice(verb, manager, one):
    reason, event, words = OF_AN_AUTHENTICATOR[verb]
    ready(verb, one)
    done = do(manager, one, verb, {"reason": reason, "note": "Called back"}, follow=True)
    assert said(done) == [words]
    [told] = Event.objects.all()
    assert (told.name, told.reason, told.actor) == (event, reason, f"admin:{manager.user.pk}")
    assert told.details["note"] == "Called back"
    assert said(do(manager, one, verb, {"reason": reason}, follow=True)) == ["Nothing was changed: it was so already."]
    assert (Event.objects.count(), len(post())) == (1, 1)


def test_a_report_is_closed_once_with_its_outcome(manager, person, one):
    report = reports.report(token=not_me.link(person, address=person.email, authenticator_id=one.pk).split("/")[-2])
    page = f"/admin/authenticators/report/{report.pk}/close/"
    assert said(manager.post(page, {"reason": "misuse", "note": "Told security"}, follow=True)) == [
        "The report was closed."
    ]
    [told] = Event.objects.filter(name="not_me.closed")
    assert (told.reason, told.actor, told.details) == (
        "misuse",
        f"admin:{manager.user.pk}",
        {"note": "Told security"},
    )
    assert said(manager.post(page, {"reason": "mistake"}, follow=True)) == ["Nothing was changed: it was so already."]
    assert Report.objects.get().outcome == "misuse"


def test_while_a_report_is_open_nothing_that_it_stopped_is_let_work(manager, person, one):
    reports.report(token=not_me.link(person, address=person.email, authenticator_id=one.pk).split("/")[-2])
    assert "A report of" in said(do(manager, one, "reinstate", {"reason": "found"}, follow=True))[0]
    one.refresh_from_db()
    assert one.state == "suspended"


@pytest.mark.parametrize("verb", OF_A_PROFILE.keys() - {"invite"})
@pytest.mark.parametrize("reason", ["", "because", "revoked", "leaver\0"])
def test_without_a_reason_from_its_list_nothing_is_done(verb, reason, manager, person):
    response = do(manager, person, verb, OF_A_PROFILE[verb][0] | {"reason": reason})
    assert response.status_code == 422
    assert "Nothing was changed" in response.content.decode()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "note", ["write to ama@example.nhs.uk", "PP 99 99 01 C", "PP\u201399\u201399\u201301", "code 123456", "x" * 201, "a\0b", "x" * 90_000]
)  # fmt: skip
def test_a_note_that_names_somebody_is_not_kept_and_nothing_is_done(note, manager, one):
    assert do(manager, one, "suspend", {"reason": "lost", "note": note}).status_code == 422
    assert not Event.objects.exists()


@pytest.mark.parametrize("typed", ["", "new", "new@", "a@b.c\0", "\ud7ff@x.uk", "x" * 300 + "@example.nhs.uk"])
def test_what_is_no_address_is_not_put_on_a_profile(typed, manager, person):
    assert do(manager, person, "email", EMAIL | {"email": typed}).status_code == 422
    assert Profile.objects.get().email == person.email


def test_the_same_address_in_other_letters_is_no_change(manager, person):
    Profile.objects.update(email=person.email.upper())
    assert "it was so already" in said(do(manager, person, "email", EMAIL | {"email": person.email}, follow=True))[0]


@pytest.mark.parametrize(
    "typed", [NUMBERS | {"again": "PP999902C"}, NUMBERS | {"reason": ""}, NUMBERS | {"number": "PP99"}]
)
def test_a_number_is_typed_twice_and_never_shown_back(typed, manager, person):
    response = do(manager, person, "number", typed)
    assert response.status_code == 422
    assert "PP99" not in response.content.decode()
    assert Profile.objects.get().nino_fingerprint == person.nino_fingerprint


def test_checking_a_number_tells_whether_it_is_the_one_on_file(manager, person):
    for number, words in ((person.nino, "It is the number on file."), (NUMBER, "It is not the number on file.")):
        assert said(do(manager, person, "check", {"number": number}, follow=True)) == [words]
    assert set(Event.objects.values_list("name", "outcome", "profile_id")) == {
        ("profile.nino_checked", "ok", person.pk),
        ("profile.nino_checked", "none", person.pk),
    }


def test_setting_a_number_is_no_way_round_the_limit_of_checks(manager, person):
    for _ in range(limits.NINO_CHECKS.most):
        do(manager, person, "number", NUMBERS | {"number": person.nino, "again": person.nino})
    assert Event.objects.filter(name="profile.nino_checked", outcome="ok").count() == limits.NINO_CHECKS.most
    for verb, data in (("number", NUMBERS), ("check", {"number": NUMBER})):
        assert said(do(manager, person, verb, data, follow=True))[-1].startswith("You have done that too often.")
    assert Profile.objects.get().nino_fingerprint == person.nino_fingerprint


def test_who_made_the_change_does_not_lift_the_hold_and_a_colleague_does(manager, person, one, organisation):
    do(manager, person, "email", EMAIL)
    ready("lift", one)
    why = {"reason": "urgent_care"}
    assert said(do(manager, one, "lift", why, follow=True))[-1].startswith("Somebody else has to do this")
    one.refresh_from_db()
    assert not one.usable(timezone.now())
    assert said(do(role("RA agent", organisation), one, "lift", why, follow=True)) == ["The hold was lifted."]


def test_a_change_that_was_refused_holds_nobody_back(manager, make_person, one):
    do(manager, one.profile, "email", EMAIL | {"email": make_person().email})
    ready("lift", one)
    assert said(do(manager, one, "lift", {"reason": "urgent_care"}, follow=True))[-1] == "The hold was lifted."


def test_a_closed_profile_is_corrected_where_another_keeps_it_from_being_reopened(manager, person, make_person):
    ready("reopen", person)
    other = make_person(email=person.email)
    told = said(do(manager, person, "reopen", {"reason": "returned"}, follow=True))[0]
    assert f"user id {other.user_id}, has this email address" in told
    do(manager, person, "email", EMAIL)
    assert said(do(manager, person, "reopen", {"reason": "returned"}, follow=True))[-1] == "The profile was reopened."


@pytest.mark.parametrize("verb", [verb.slug for verb in verbs.PROFILE if verb.fresh])
def test_a_factor_is_asked_for_again_before_what_cannot_be_undone(verb, manager, person):
    ready(verb, person)
    page = f"/admin/careid/profile/{person.pk}/{verb}/"
    stale(manager)
    for ask in (manager.get, manager.head):
        assert ask(page)["Location"] == f"/admin/login/second/?next={page.replace('/', '%2F')}"
    data = OF_A_PROFILE[verb][0]
    for _ in range(2):
        assert manager.post(page, data)["Location"].startswith("/admin/login/second/")
    assert not Event.objects.filter(name=OF_A_PROFILE[verb][1]).exists()


@pytest.mark.parametrize("minutes", [4, 6])
def test_five_minutes_after_the_factor_it_is_asked_for(minutes, manager, one):
    response = do(stale(manager, minutes=minutes), one, "revoke", {"reason": "lost"})
    assert ("second" in response["Location"]) is (minutes == 6)
    assert Authenticator.objects.get().state == ("active" if minutes == 6 else "revoked")


def test_what_was_typed_stands_there_again_and_a_number_does_not(manager, person):
    for verb, data in (("email", EMAIL), ("number", NUMBERS | {"note": "Ticket 4711"})):
        stale(manager)
        do(manager, person, verb, data)
        assert NUMBER not in str(dict(manager.session))
        assert NEW not in str(dict(manager.session))  # what stands in the table is sealed
        stale(manager, minutes=-6)
        page = manager.get(f"/admin/careid/profile/{person.pk}/{verb}/").content.decode()
        assert "Ticket 4711" in page
        assert (NEW in page) is (verb == "email")
        assert NUMBER not in page
        assert "Ticket 4711" not in manager.get(f"/admin/careid/profile/{person.pk}/{verb}/").content.decode()


def test_what_was_typed_stands_on_no_other_page(manager, person, make_person):
    stale(manager)
    do(manager, person, "email", EMAIL)
    stale(manager, minutes=-6)
    assert NEW not in manager.get(f"/admin/careid/profile/{make_person().pk}/email/").content.decode()


@pytest.mark.parametrize("verb", OF_A_PROFILE)
@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_is_done_once(verb, person):
    run = next(one.run for one in verbs.PROFILE if one.slug == verb)
    data, event, _ = OF_A_PROFILE[verb]
    data = {"note": "", **data, "by": "admin:1"}
    data.pop("again", None)
    if verb == "invite":
        del data["note"]
    ready(verb, person)
    stale_rows = [Profile.objects.select_related("organisation").get(pk=person.pk) for _ in range(2)]
    at_once([lambda row=row: run(row, **data) for row in stale_rows], held=Profile.objects.filter(pk=person.pk))
    assert Event.objects.filter(name=event).count() == 1
    assert Mail.objects.count() == (2 if verb == "email" else 1)
