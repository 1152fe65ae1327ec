"""Match and every kind of no-match look alike from outside, through every page that anyone can reach."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from careid.limits.models import LimitCount
from careid.people.models import Organisation, Profile
from careid.post.models import Mail
from careid.trail.models import Event
from profiles import locks
from tests.visitors import Visitor, post

KINDS = ["match", "number_differs", "no_profile", "no_profile_known_number", "no_number", "closed",
         "organisation_not_taking_part", "silently_limited"]  # fmt: skip
PRIVATE = {"match": "", "no_profile_known_number": "no_profile"}
EMAIL = "xx.sample{}@example.nhs.uk"


@pytest.fixture
def details_of(make_person):
    """The details that a visitor of each kind types: addresses of one length, numbers of one shape."""
    apart = Organisation.objects.create(code="OFF", takes_part=False)

    def details(kind, serial):
        email = EMAIL.format(serial)
        if kind.startswith("no_profile"):
            return {
                "email": email,
                "nino": make_person().nino if kind.endswith("known_number") else f"PP99{serial:04}A",
            }
        fields = {
            "closed": {"state": "closed", "closed_reason": "leaver"},
            "organisation_not_taking_part": {"organisation": apart},
        }
        person = make_person(nino="" if kind == "no_number" else None, email=email, **fields.get(kind, {}))
        wrong = kind in {"number_differs", "no_number"}
        if kind == "silently_limited":
            for number in range(11):
                Visitor().details(email=email, nino=f"PP98{serial:02}{number:02}A")
        return {"email": email, "nino": f"PP97{serial:04}A" if wrong else person.nino}

    return details


def shape(sql):
    """A statement without its values."""
    return re.sub(r"'(?:[^']|'')*'(::\w+(\[\])?)?|\b\d+\b|\\x[0-9a-f]+|\"s\d+_x\d+\"|\bNULL\b", "?", sql)


def outside(response):
    """Everything that a visitor can see, less what is random by design: tokens, references, ids, times of day."""
    body = response.content.decode()
    for pattern in (r'value="[A-Za-z0-9]{64}"', r"[234679CDFGHJKMNPQRTVWXY]{3}-[234679CDFGHJKMNPQRTVWXY]{3}",
                    r"xx\.sample\d+", r'data-(expires-in|countdown)="\d+"', r"\d+:\d\d(:\d\d)?(am|pm)?", r"\d+ seconds"):  # fmt: skip
        body = re.sub(pattern, "~", body)
    headers = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
    cookies = {
        name: (len(morsel.value), morsel["path"], morsel["samesite"], morsel["max-age"])
        for name, morsel in response.cookies.items()
    }
    return response.status_code, headers, len(body), body, cookies


def walk(details):
    """Details, code page, wrong codes until the code is dead, another code too soon and in time."""
    visitor = Visitor()
    seen = []
    steps = [
        lambda: visitor.details(**details),
        lambda: visitor.client.get("/code/"),
        *[lambda: visitor.code("000000")] * 6,
        lambda: visitor.client.post("/code/again/"),
        lambda: visitor.client.get("/problem/"),
    ]
    for step in steps:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = step()
        seen.append((outside(response), [shape(query["sql"]) for query in queries]))
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=31), tick=True):
        with CaptureQueriesContext(connection) as queries:
            response = visitor.client.post("/code/again/")
        seen.append((outside(response), [shape(query["sql"]) for query in queries]))
    return seen


@pytest.mark.parametrize("kind", KINDS[1:])
def test_no_match_looks_like_a_match(kind, details_of):
    match, other = walk(details_of("match", 11)), walk(details_of(kind, 22))
    for step, (one, two) in enumerate(zip(match, other, strict=True)):
        assert two[0] == one[0], f"step {step}: the answer differs"
        assert len(two[1]) == len(one[1]), f"step {step}: the number of statements differs"
        assert two[1] == one[1], f"step {step}: a statement differs"
    assert Event.objects.filter(name="identity.not_matched").last().reason == PRIVATE.get(kind, kind)


@pytest.mark.parametrize("kind", ["match", "number_differs", "no_profile", "no_number", "closed"])
def test_limits_bite_at_the_same_point(kind, details_of):
    details = details_of(kind, 33)
    statuses = [Visitor().details(**details).status_code for _ in range(8)]
    assert statuses == [302] * 6 + [429] * 2


@pytest.mark.parametrize(
    ("kind", "mails"),
    [("match", ["code"]), ("number_differs", ["not_matched"]), ("no_number", ["not_matched"]), ("closed", ["not_matched"]),
     ("organisation_not_taking_part", ["not_matched"]), ("no_profile", []), ("no_profile_known_number", [])],
)  # fmt: skip
def test_the_reason_goes_by_mail_to_the_address_on_file_alone(kind, mails, details_of):
    Visitor().details(**details_of(kind, 44))
    sent = post()
    assert [mail.to for mail in sent] == [[EMAIL.format(44)] for _ in mails]
    assert list(Mail.objects.filter(state="sent").values_list("template", flat=True)) == mails
    if mails == ["not_matched"]:
        assert not re.search(r"^\s*\d{6}\s*$", sent[0].body, re.MULTILINE)


def test_who_is_denied_silently_is_told_so_once_a_day_and_gets_no_code(details_of):
    details = details_of("silently_limited", 55)
    post()
    Mail.objects.all().delete()
    LimitCount.objects.filter(limit="silenced_mail").delete()
    now = timezone.now()
    for _ in range(2):
        Visitor().details(**details)
    [told] = post()
    assert (told.to, told.subject) == ([details["email"]], "Care ID: we send no codes for now")
    until = LimitCount.objects.get(limit="details_email_hour", count__gt=10).until
    assert f"until {date_format(timezone.localtime(until), 'g:iA').lower()}" in told.body
    assert not re.search(r"^\s*\d{6}\s*$", told.body, re.MULTILINE)
    with time_machine.travel(now + timezone.timedelta(hours=25), tick=True):
        for serial in range(11):
            Visitor().details(email=details["email"], nino=f"PP96{serial:04}A")
        assert [mail.subject for mail in post()].count(told.subject) == 1


def test_the_desk_lifts_what_denies_silently(details_of):
    details = details_of("silently_limited", 57)
    person = Profile.objects.get(email=details["email"])
    assert {lock.limit.name for lock in locks.of(person)} == {"details_email_hour"}
    locks.lift(profile=person, by="admin:7", reason="person_confirmed")
    post()
    Visitor().details(**details)
    assert [mail.subject[-4:] for mail in post()] == ["code"]


def test_the_reason_is_mailed_once_an_hour(details_of):
    details = details_of("number_differs", 66)
    Visitor().details(**details)
    Visitor().details(**details)
    assert len(post()) == 1
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=61), tick=True):
        Visitor().details(**details)
        assert len(post()) == 1


def test_a_decoy_code_cannot_be_guessed_right(details_of, monkeypatch):
    monkeypatch.setattr("enrolment.email_codes.secrets.randbelow", lambda _: 123456)
    visitor = Visitor()
    visitor.details(**details_of("number_differs", 77))
    assert visitor.code("123456").status_code == 422
    assert visitor.client.get("/authenticators/").url == "/code/"


def test_the_setting_shows_the_problem_page_at_once(details_of, settings):
    settings.REVEAL_NO_MATCH = True
    assert Visitor().details(**details_of("number_differs", 88)).url == "/problem/"
    assert Visitor().details(**details_of("match", 99)).url == "/code/"
