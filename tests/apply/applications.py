"""Invitations and applications as the rules of coming on file leave them."""

from itertools import count

from django.utils import timezone

from apply import duplicates
from apply.models import Application, Invitation
from careid.storing import crypto

TIMES = count(1)
PASSPORTS = {"route": "two_photos", "documents": ["passport", "driving_licence", "utility_bill"]}
IN_PERSON = {"checked": "in_person", "checked_by": "admin:1", **PASSPORTS}


def invited(organisation, **more):
    """Somebody who was invited by `admin:1`."""
    serial = next(TIMES)
    made = {
        "by": "admin:1",
        "given_name": "Bea",
        "family_name": "Sample",
        "email": f"bea.sample{serial}@example.nhs.uk",
        "state": "submitted",
        "token_hash": f"token {serial}".encode(),
        "expires_at": timezone.now() + timezone.timedelta(days=28),
        **more,
    }
    return Invitation.objects.create(organisation=organisation, **made)


def applied(organisation, *, number=None, day="1990-02-28", invitation=None, **more):
    """Somebody who has applied, with a number that is made up."""
    invitation = invitation or invited(organisation)
    names = {"given_name": invitation.given_name, "family_name": invitation.family_name}
    names |= {name: more.pop(name) for name in names.keys() & more.keys()}
    made = Application(
        invitation=invitation,
        organisation=organisation,
        date_of_birth=day,
        number_fingerprints=crypto.fingerprints(number or f"PP{next(TIMES):06}B"),
        born_fingerprint=duplicates.born(**names, date=timezone.datetime.fromisoformat(day).date()),
        **names,
        **more,
    )
    made.save(force_insert=True)
    return made


def checked(organisation, **more):
    """Somebody who has applied, and whose identity was checked."""
    return applied(organisation, checked_at=timezone.now(), **IN_PERSON, **more)
