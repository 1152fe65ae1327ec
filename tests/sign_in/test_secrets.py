"""What a thief of the database, and a reader of the trail, find of a sign-in: no token, code, password or key."""

import pytest
from django.conf import settings

from careid.trail.models import Event
from sign_in.models import Visit
from tests import kinds
from tests.test_secrets_at_rest import dump
from tests.visitors import Visitor

COOKIES = (settings.VISIT_COOKIE, settings.HERE_COOKIE, settings.KNOWN_COOKIE)


def tokens(visitor):
    return [visitor.client.cookies[name].value for name in COOKIES if name in visitor.client.cookies]


def typed(one, visitor):
    """What this person typed last, of each page of the kind, as far as it is longer than a word."""
    holder = kinds.holder(one)
    answers = [
        answer(visitor.page("/sign-in/"), "http://localhost", holder) for answer in kinds.proving(one.kind).values()
    ]
    return [value for fields in answers for name, value in fields.items() if name != "email" and len(value) > 5]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [slug for slug in kinds.slugs() if kinds.proving(slug)])
def test_a_dump_of_the_whole_database_holds_no_secret_of_a_sign_in(kind, person):
    one = kinds.way(kind).stored(person)
    wrong, right = Visitor(), Visitor()
    wrong.sign_in(one, wrongly=True)
    halfway, kept = dump(), Visit.objects.exists()
    right.sign_in(one)
    after = dump()
    secrets = [*tokens(wrong), *tokens(right), *typed(one, Visitor()), str(kinds.holder(one).held)]
    assert kept
    assert len(tokens(right)) == 3
    for copy in (halfway, after):
        assert [secret for secret in secrets if len(secret) > 6 and secret.encode() in copy] == []
    assert person.email.encode() in after  # the dump does hold what is kept


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [slug for slug in kinds.slugs() if kinds.proving(slug)])
def test_no_event_holds_one_either(kind, person):
    one = kinds.way(kind).stored(person)
    visitor = Visitor()
    visitor.sign_in(one, wrongly=True)
    visitor.sign_in(one)
    secrets = [*tokens(visitor), *typed(one, Visitor()), person.email]
    told = str(list(Event.objects.values()))
    assert [secret for secret in secrets if secret in told] == []
