"""The line that an admin adds."""

import pytest

from authenticators import actions
from tests.visitors import post

pytestmark = pytest.mark.django_db
BY = {"by": "admin:7", "note": "Seen in person"}


def test_an_authenticator_is_stopped_with_the_note_in_the_trail_alone(authenticator, the_event):
    actions.suspend(authenticator=authenticator, reason="lost", **BY)
    assert the_event("authenticator.suspended")[2] == {"kind": authenticator.kind, "note": BY["note"]}
    assert BY["note"] not in post()[-1].body
