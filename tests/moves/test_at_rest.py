"""What a thief of the database, and a reader of the trail, find of people in a move: no link, and no time for a call."""

import json

import pytest

from careid.post.models import Mail
from careid.trail.models import Event
from moves import answering, rounds
from tests.moves import made
from tests.test_secrets_at_rest import dump

WHEN = "after my night shift on Thursday"


@pytest.mark.django_db(transaction=True)
def test_a_dump_of_the_whole_database_holds_no_link_and_no_time_for_a_call(organisation):
    one = made.person(made.move())
    rounds.tell(one.move)
    answering.answer(person=one, answer="wants_call", when=WHEN)
    assert Mail.objects.get(template="move_start").content  # which waits, with the link in it
    copy, token = dump(), made.link(one).strip("/").rpartition("/")[2]
    assert len(token) > 20
    assert [secret for secret in (token, WHEN) if secret.encode() in copy] == []
    assert one.email.encode() in copy  # the dump does hold what is kept


@pytest.mark.django_db
def test_no_event_holds_one_either_nor_a_name_or_an_address(organisation):
    one = made.person(made.move())
    rounds.tell(one.move)
    answering.answer(person=one, answer="wants_call", when=WHEN)
    told = json.dumps(list(Event.objects.values()), default=str)
    assert "wants_call" in told
    token = made.link(one).strip("/").rpartition("/")[2]
    assert [word for word in (WHEN, token, one.email, one.family_name) if word in told] == []
