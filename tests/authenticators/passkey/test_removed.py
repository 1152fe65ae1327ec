"""After a removal the browser is told which passkeys the person still has."""

import json
from html import unescape

import pytest
from django.template.loader import render_to_string

from authenticators import actions
from tests.authenticators.passkey import fake, way

pytestmark = pytest.mark.django_db


def told(one):
    page = render_to_string("authenticators/passkey/removed.html", {"authenticator": one})
    return json.loads(unescape(page.split('data-accepted="')[1].split('"')[0]))


def test_the_browser_is_told_which_ones_are_left_the_stopped_ones_too(person, make_person, settings):
    removed, left, stopped, elsewhere = [way.stored(person) for _ in range(4)]
    way.stored(make_person())
    elsewhere.details["rp_id"] = "before.example"
    elsewhere.save()
    actions.revoke(authenticator=removed, by="person", reason="undone")
    actions.suspend(authenticator=stopped, by="admin:7", reason="lost")
    assert told(removed) == {
        "rpId": "localhost",
        "userId": fake.b64(bytes(person.user_handle)),
        "allAcceptedCredentialIds": [left.external_id, stopped.external_id],
    }


def test_with_the_last_one_none_is_left(person):
    one = way.stored(person)
    actions.revoke(authenticator=one, by="person", reason="undone")
    assert told(one)["allAcceptedCredentialIds"] == []
