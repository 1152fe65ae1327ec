"""The details: given once, and who is on file at that very address goes on; all others are alike."""

import re
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apply import deciding, duplicates, submitting
from apply.models import Application, Invitation
from apply.submitting import Details
from careid.errors import Refused
from careid.limits.models import LimitCount
from careid.people.models import Organisation, Profile
from careid.post.models import Mail
from careid.serving.visitors import Visitor as Here
from careid.storing import crypto
from careid.trail.models import Event
from enrolment.models import Attempt
from tests.apply.comer import NUMBER, Comer, fresh, named, put
from tests.threads import together
from tests.visitors import Visitor, post

pytestmark = pytest.mark.django_db
State = Invitation.State
BORN = timezone.datetime(1985, 3, 27).date()


def after(**time):
    return time_machine.travel(timezone.now() + timedelta(**time), tick=True)


def proved(invitation):
    comer = Comer()
    comer.prove(invitation)
    return comer


@pytest.fixture
def comer(invitation):
    return proved(invitation)


@pytest.fixture
def theirs(make_invitation, person):
    """An invitation of somebody who is on file at that address."""
    return make_invitation(email=person.email)


def test_who_is_not_on_file_has_applied_and_is_told_what_to_bring(comer, invitation):
    assert comer.give().url == "/apply/sent/"
    row = Application.objects.get()
    assert (row.invitation, row.organisation, row.state) == (invitation, invitation.organisation, "waiting")
    assert (row.given_name, row.family_name, row.date_of_birth) == ("Béa Ann", "Newcomer", "1985-03-27")
    assert row.number_fingerprints == crypto.fingerprints(NUMBER)
    assert row.born_fingerprint == duplicates.born(given_name="Bea Ann", family_name="Newcomer", date=BORN)
    held = fresh(invitation)
    assert (held.state, held.profile, held.ended_at, held.code_digest) == (State.SUBMITTED, None, None, None)
    page = comer.client.get("/apply/sent/")
    assert (page.status_code, named(page)) == (200, "apply-sent")
    for words in ("2 documents with a photo", invitation.reference, "Riverside RA"):
        assert words in page.content.decode()
    [mail] = post()
    assert (mail.to, "2 documents with a photo" in mail.body) == ([invitation.email], True)
    event = Event.objects.get(name="application.submitted")
    assert (event.reference, event.organisation, event.profile_id) == (invitation.reference, "RX1", None)
    assert settings.ATTEMPT_COOKIE not in comer.client.cookies


def test_no_number_is_kept_and_the_date_of_birth_is_sealed(comer):
    comer.give()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM apply_application")
        kept = str([bytes(one) if isinstance(one, memoryview) else one for one in cursor.fetchone()])
    assert "Newcomer" in kept
    assert not any(secret in kept for secret in (NUMBER, "1985-03-27"))


def test_who_is_on_file_is_told_their_user_id_and_adds_an_authenticator_at_once(theirs, person):
    comer = proved(theirs)
    assert comer.give(person.nino).url == "/apply/sent/"
    page = comer.client.get("/apply/sent/")
    assert (page.status_code, named(page)) == (200, "apply-sent: found")
    assert person.user_id in page.content.decode()
    assert 'href="/authenticators/"' in page.content.decode()
    row = fresh(theirs)
    assert (row.state, row.profile, row.ended_at is not None) == (State.FOUND, person, True)
    assert not Application.objects.exists()
    comer.go_on()
    assert comer.finish().status_code == 302
    assert person.authenticators.live().count() == 1
    assert person.user_id not in comer.client.get("/apply/sent/").content.decode()


def test_who_adds_none_in_time_then_reads_of_no_code_since_their_time_began_with_the_details(theirs, person):
    comer = proved(theirs)
    comer.give(person.nino)
    with after(minutes=21):
        page = comer.client.get("/authenticators/", follow=True)
    assert (named(page), "type the code" in page.content.decode()) == ("expired: nothing_added", False)


def test_the_trail_of_who_invited_does_not_name_who_is_on_file(make_invitation, person):
    elsewhere = Organisation.objects.create(code="RY2", ra_email="ra@example.nhs.uk")
    invitation = make_invitation(email=person.email, organisation=elsewhere)
    proved(invitation).give(person.nino)
    found = Event.objects.get(name="invitation.found")
    assert (found.organisation, found.profile_id, found.reference) == ("RY2", None, invitation.reference)
    begun = Event.objects.get(name="attempt.started")
    assert (begun.organisation, begun.profile_id, begun.reason) == ("RX1", person.pk, "invited")


def test_the_attempt_of_who_was_found_is_the_visitors_own_and_ends_what_they_had_begun(theirs, person, make_person):
    comer, other = Comer(), make_person()
    comer.details(other)
    post()
    comer.prove(theirs)
    comer.give(person.nino)
    before, attempt = Attempt.objects.order_by("started_at")
    assert (before.profile, before.ended_at is not None) == (other, True)
    assert (attempt.pk, attempt.reference, attempt.profile) == (theirs.pk, theirs.reference, person)
    assert (attempt.verified_at is not None, attempt.session_id, attempt.assisted_by) == (True, None, "")


def test_a_number_under_an_older_key_is_found_and_kept_under_the_newest(theirs, person):
    old, new = settings.INDEX_KEYS, "n:" + "bmV3" * 10 + "bmU="
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(settings, "INDEX_KEYS", f"{new},{old}")
        assert named(proved_and_given(theirs, person.nino)) == "apply-sent: found"
        assert Profile.objects.get().nino_fingerprint == crypto.fingerprint(person.nino)


def proved_and_given(invitation, nino):
    comer = proved(invitation)
    comer.give(nino)
    return comer.client.get("/apply/sent/")


# Each kind of person who is not told that anybody is on file.
KINDS = ["nobody", "number_elsewhere", "number_differs", "no_number", "closed", "not_taking_part", "reported", "silent"]


@pytest.fixture
def case(make_invitation, make_person, organisation):
    def make(kind):
        email = f"xx{KINDS.index(kind)}@example.nhs.uk"
        invitation = make_invitation(email=email)
        if kind == "nobody":
            return invitation, NUMBER
        apart = Organisation.objects.create(code="OFF", takes_part=False)
        fields = {
            "number_elsewhere": {"email": "elsewhere@example.nhs.uk"},
            "no_number": {"nino": ""},
            "closed": {"state": "closed", "closed_reason": "leaver"},
            "not_taking_part": {"organisation": apart},
            "reported": {"reported_at": timezone.now()},
        }
        person = make_person(**{"email": email, **fields.get(kind, {})})
        if kind == "silent":
            for serial in range(11):
                Visitor().details(email=email, nino=f"PP98{serial:04}A")
            post()
        return invitation, NUMBER if kind in {"number_differs", "no_number"} else person.nino

    return make


def outside(response, invitation):
    body = response.content.decode()
    for pattern in (r'value="[A-Za-z0-9]{64}"', re.escape(invitation.reference), r"xx\d@"):
        body = re.sub(pattern, "~", body)
    headers = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
    return response.status_code, headers, body, sorted(response.cookies)


def shape(sql):
    return re.sub(r"'(?:[^']|'')*'(::\w+(\[\])?)?|\b\d+\b|\\x[0-9a-f]+|\"s\d+_x\d+\"|\bNULL\b", "?", sql)


def seen(invitation, nino):
    """What somebody outside sees of giving their details, and the statements that it took."""
    comer = proved(invitation)
    with CaptureQueriesContext(connection) as queries:
        given = comer.give(nino)
        then = comer.client.get("/apply/sent/")
    statements = [shape(query["sql"]) for query in queries]
    return [outside(given, invitation), outside(then, invitation)], statements


@pytest.mark.parametrize("kind", KINDS[1:])
def test_whoever_is_not_told_sees_the_same_by_the_same_statements(kind, case):
    one, other = seen(*case("nobody")), seen(*case(kind))
    assert other[0] == one[0]
    assert other[1] == one[1]
    assert Application.objects.count() == 2
    assert not Event.objects.filter(name="application.submitted", profile_id__isnull=False).exists()
    mails = Mail.objects.filter(template="apply_submitted")
    assert [one.profile_id for one in mails] == [None, None]
    assert not Mail.objects.filter(template__in=["not_matched", "silenced"], state="queued").exists()


def test_the_details_count_in_the_limits_of_pair_address_and_number_and_in_no_alarm(comer):
    comer.give()
    counted = set(LimitCount.objects.filter(limit__startswith="details").values_list("limit", flat=True))
    assert counted == {
        f"details_{one}" for one in ("address", "network", "pair_hour", "pair_day", "email_hour", "email_day")
    } | {"details_nino_hour", "details_nino_day"}


def test_a_limit_that_shows_itself_locks_and_spends_nothing(comer, invitation):
    comer.give()
    put(invitation, state=State.PROVED, submitted_at=None)
    Application.objects.all().delete()
    LimitCount.objects.filter(limit="details_pair_hour").update(count=6)
    page = comer.give()
    assert (page.status_code, named(page), fresh(invitation).state) == (429, "locked: limit", State.PROVED)
    with after(minutes=59):
        LimitCount.objects.all().delete()
        assert comer.give().url == "/apply/sent/"


def test_they_are_given_once(comer, invitation):
    comer.give()
    assert comer.give("PP700002A", family_name="Other").url == "/apply/sent/"
    assert Application.objects.get().family_name == "Newcomer"
    assert Event.objects.filter(name="application.submitted").count() == 1


def test_a_second_press_of_who_was_found_gets_the_cookie_of_the_first(theirs, person):
    one, two = proved(theirs), Comer()
    two.client.cookies[settings.APPLY_COOKIE] = one.cookie
    one.give(person.nino)
    assert two.give(person.nino).url == "/apply/sent/"
    assert two.client.cookies[settings.ATTEMPT_COOKIE].value == one.client.cookies[settings.ATTEMPT_COOKIE].value
    later = Comer()
    later.client.cookies[settings.APPLY_COOKIE] = one.cookie
    with after(seconds=11):
        later.give(person.nino)
    assert settings.ATTEMPT_COOKIE not in later.client.cookies
    assert person.user_id not in later.client.get("/apply/sent/").content.decode()


FAULTS = {
    "no names": ({"given_name": "", "family_name": " "}, ["Enter your first names", "Enter your last name"]),
    "no number": ({"national_insurance_number": ""}, ["Enter your National Insurance number"]),
    "no letter": ({"national_insurance_number": "PP700001"}, ["ends with a letter"]),
    "no date": (dict.fromkeys(("date_of_birth_0", "date_of_birth_1", "date_of_birth_2"), ""), ["Enter your date of"]),
    "no year": ({"date_of_birth_2": ""}, ["must have a year"]),
    "no day or month": ({"date_of_birth_0": "", "date_of_birth_1": ""}, ["must have a day and a month"]),
    "no such day": ({"date_of_birth_0": "31", "date_of_birth_1": "2"}, ["must be a real date"]),
    "two digits": ({"date_of_birth_2": "85"}, ["must be a real date"]),
    "to come": ({"date_of_birth_2": "2985"}, ["must be in the past"]),
    "long ago": ({"date_of_birth_2": "1785"}, ["Check the year"]),
    "odd": ({"date_of_birth_0": "\0", "date_of_birth_1": "\u00b2", "date_of_birth_2": "9" * 5_000}, ["characters or"]),
    "a long name": ({"family_name": "n" * 101}, ["100 characters or fewer"]),
    "no text": ({"given_name": "\0"}, ["Use letters, numbers and signs"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_told_in_words_and_spends_nothing(fault, comer, invitation):
    typed, words = FAULTS[fault]
    page = comer.give(**typed)
    assert (page.status_code, named(page)) == (422, "apply-details")
    assert all(page.content.decode().count(one) == 2 for one in words)  # above, and at its field
    assert 'value="Newcomer"' in page.content.decode() or "family_name" in typed
    assert (fresh(invitation).state, LimitCount.objects.filter(limit__startswith="details").count()) == (
        State.PROVED,
        0,
    )


@pytest.mark.parametrize("month", ["3", "03", "Mar", "march", "\uff13"])
def test_a_date_may_be_typed_as_people_do(month, comer):
    assert comer.give(date_of_birth_0=" 27 ", date_of_birth_1=month).url == "/apply/sent/"
    assert Application.objects.get().date_of_birth == "1985-03-27"


def test_a_stale_form_keeps_what_was_typed(invitation):
    comer = proved(invitation)
    comer.client.handler.enforce_csrf_checks = True
    page = comer.give(given_name="Kept", date_of_birth_0="29")
    assert (page.status_code, named(page)) == (403, "apply-details")
    assert all(f'value="{kept}"' in page.content.decode() for kept in ("Kept", "29", "1985"))
    assert fresh(invitation).state == State.PROVED


def test_the_pages_close_an_hour_after_the_mailbox_was_proved(comer, invitation):
    with after(minutes=61):
        for page in (comer.client.get("/apply/details/"), comer.give()):
            assert (page.status_code, named(page)) == (404, "apply: time")
        assert "none of your details" in page.content.decode()
        comer.open(invitation)
        assert (comer.at(), fresh(invitation).codes) == ("apply-code", 2)
    assert not Application.objects.exists()


def test_the_last_page_closes_an_hour_later_too(theirs, person):
    comer = proved(theirs)
    comer.give(person.nino)
    with after(minutes=61):
        page = comer.client.get("/apply/sent/")
        assert (page.status_code, named(page)) == (404, "apply: submitted")
        assert person.user_id not in page.content.decode()


def approve(application):
    given = {"checked": "in_person", "checked_by": "admin:7", "checked_at": timezone.now()}
    Application.objects.update(**given)
    deciding.approve(application=application, by="admin:8", oneself=False, among=Profile.objects.all())


def reject(application):
    deciding.reject(application=application, by="admin:8", oneself=False, reason="no_check")


@pytest.mark.parametrize("decide", [approve, reject])
def test_what_the_desk_decides_meanwhile_changes_nothing_here(decide, comer, settings):
    settings.USER_ID_RANGE = "555000000001-555000000009"
    comer.give()
    before = comer.client.get("/apply/sent/").content
    decide(Application.objects.get())
    again = comer.client.get("/apply/sent/")
    assert (again.status_code, again.content) == (200, before)


def submit(invitation, comer, nino=NUMBER):
    details = Details(nino=nino, date_of_birth=BORN, given_name="Bea", family_name="Newcomer")
    here = Here("127.0.0.1", "127.0.0.0/24", 1)
    try:
        return submitting.submit(invitation=invitation, browser=comer.cookie, details=details, here=here, replaces=None)
    except Refused as refused:
        return refused.reason


@pytest.mark.django_db(transaction=True)
def test_of_many_presses_at_once_one_applies(comer, invitation):
    row = fresh(invitation)
    assert sorted(map(str, together([partial(submit, row, comer)] * 4))) == ["None", "gone", "gone", "gone"]
    assert (Application.objects.count(), Mail.objects.filter(template="apply_submitted").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_many_presses_at_once_of_who_is_on_file_one_begins(theirs, person):
    comer, row = proved(theirs), fresh(theirs)
    said = together([partial(submit, row, comer, person.nino)] * 4)
    assert (said.count("gone"), Attempt.objects.count()) == (3, 1)


def test_who_is_closed_between_the_search_and_the_lock_applies(theirs, person, monkeypatch):
    comer, locked = proved(theirs), Profile.locked

    def closed(pk):
        Profile.objects.filter(pk=pk).update(state="closed", closed_reason="leaver")
        return locked(pk)

    monkeypatch.setattr(Profile, "locked", closed)
    assert comer.give(person.nino).url == "/apply/sent/"
    assert (fresh(theirs).state, fresh(theirs).profile, Attempt.objects.count()) == (State.SUBMITTED, None, 0)


def test_details_from_a_browser_that_is_not_the_newest_are_not_taken(comer, invitation):
    row = fresh(invitation)
    other = Comer()
    other.open(invitation)
    assert submit(row, comer) == "gone"
    assert not Application.objects.exists()
