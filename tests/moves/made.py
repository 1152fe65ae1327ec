"""A move and the people of it, as rows."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from apply.models import Invitation
from careid.people.models import Organisation
from careid.people.services import Service
from careid.storing import crypto
from moves import links
from moves.models import Move, Person

WORDS = {
    "title": "A new way to sign in to Message Exchange",
    "what_changes": "You will sign in with an app or with something else.\n\nWe will no longer send codes by email.",
    "who_is_affected": "You, if you send or read files there.",
    "whom_to_ask": "Ask the help desk of Message Exchange: https://help.example.nhs.uk/",
}


def move(**fields):
    """A running one, forty days before its end unless its days are given."""
    today = timezone.localdate()
    service, _ = Service.objects.get_or_create(name="Message Exchange")
    given = {"service": service, "slug": f"exchange-{Move.objects.count()}", "state": "running", "made_by": "admin:7"}
    given |= {"starts_on": today, "ends_on": today + timedelta(days=40), "started_at": timezone.now(), **WORDS}
    return Move.objects.create(**given | fields)


def person(move, **fields):
    """Somebody in it who is not on file and was not invited, unless that is given."""
    pk = uuid4()
    return Person.objects.create(move=move, pk=pk, token_hash=links.new(pk), **fields_of(fields))


def fields_of(fields):
    given = {"given_name": "Kim", "family_name": "Sample", "way": "two_factor"}
    given |= {"email": f"kim.sample{Person.objects.count()}@example.nhs.uk"}
    organisation = {} if "organisation" in fields else {"organisation": Organisation.objects.get()}
    return given | organisation | fields


def invitation(organisation, **fields):
    """One that was sent today."""
    pk = uuid4()
    given = {"by": "admin:7", "given_name": "Kim", "family_name": "Sample", "email": f"{pk}@example.nhs.uk"}
    given |= {"token_hash": crypto.token_hash(str(pk)), "expires_at": timezone.now() + timedelta(days=28)}
    return Invitation.objects.create(pk=pk, organisation=organisation, **given | fields)


def link(one):
    """The address of their page, without the portal's own."""
    return "/move/" + links.give(one).partition("/move/")[2]


def in_order():
    return (
        WORDS["who_is_affected"],
        "You will sign in with an app",
        "Find the email",
        "You can sign in as you do now",
        "Ask the help desk",
    )
