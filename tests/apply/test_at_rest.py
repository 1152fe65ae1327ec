"""What a thief of the database, and a reader of the trail, find of who applies: no link, code, cookie, number, birth."""

import hashlib
import io
import json
import re

import pytest

from apply import checking, filing, links
from apply.models import Application
from careid.trail.models import Event
from tests.apply.comer import NUMBER, Comer
from tests.test_secrets_at_rest import dump
from tests.visitors import newest_code

NOTE = "starts in May on ward 7"


def token(invitation):
    return links.give(invitation).rstrip("/").rpartition("/")[2]


def secrets_of(comer, invitation):
    hashes = [getattr(hashlib, name)(NUMBER.encode()).hexdigest() for name in ("md5", "sha1", "sha256")]
    return [token(invitation), comer.cookie, NUMBER, "1985-03-27", NOTE, *hashes]


@pytest.mark.django_db(transaction=True)
def test_a_dump_of_the_whole_database_holds_no_secret_of_who_applies(make_invitation):
    invitation = make_invitation(note=NOTE)
    comer, copies = Comer(), [dump()]
    comer.open(invitation)
    code, before = newest_code(), comer.cookie
    copies.append(dump())
    comer.type(code)
    comer.give()
    copies.append(dump())
    how = {"checked": "in_person", "checked_by": "admin:8", "route": "two_photos"}
    seen = ["passport", "driving_licence", "council_tax"]
    application = Application.objects.get()
    checking.record_check(application=application, by="admin:8", oneself=False, documents=seen, note=NOTE, **how)
    copies.append(dump())
    for copy in copies:
        assert [one for one in [*secrets_of(comer, invitation), before] if one.encode() in copy] == []
        assert not re.search(rb"(?<![\d.:+-])" + code.encode() + rb"(?!\d)", copy)
    assert invitation.email.encode() in copies[-1]  # the dump does hold what is kept


@pytest.mark.django_db(transaction=True)
def test_nor_does_a_file_of_people_that_nobody_has_taken_yet_hold_its_notes(organisation):
    line = f"email,given_name,family_name,organisation,note\nkim@example.nhs.uk,Kim,Newcomer,RX1,{NOTE}\n"
    upload = filing.judge(file=io.BytesIO(line.encode()), by="admin:7", codes=None)
    assert (upload.rows, upload.failed) == (1, 0)
    copy = dump()
    assert b"kim@example.nhs.uk" in copy
    assert NOTE.encode() not in copy


@pytest.mark.django_db
def test_no_event_holds_one_either_nor_a_name_or_an_address(make_invitation):
    invitation, comer = make_invitation(note=NOTE), Comer()
    comer.prove(invitation)
    comer.give()
    told = json.dumps(list(Event.objects.values()), default=str)
    assert "application.submitted" in told
    personal = [invitation.email, "Newcomer", "Béa", "B\\u00e9a"]
    assert [one for one in [*secrets_of(comer, invitation), *personal] if one in told] == []
