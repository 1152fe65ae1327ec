"""Somebody who was not invited asks to be: the Registration Authority gets an email, once a day for a name.

Nothing is looked up of who asks, and the answer is the same whoever that is and however often they ask.
"""

import re
import unicodedata
from typing import Final

from django.db import transaction

from apply import limits
from careid.errors import Refused
from careid.limits import counting
from careid.people.folding import fold
from careid.people.models import Organisation
from careid.post import outbox
from careid.serving.visitors import Visitor
from careid.trail.names import EventName
from careid.trail.record import record
from careid.trail.references import new_reference

LINK: Final = re.compile(r"\.\w[^ .'\u2019-]")  # what a mail program makes a link of: two letters after a stop
SIGNS: Final = frozenset(" -.'\u2019")


def is_name(line: str) -> bool:
    """Whether a line has but letters with their marks, and the signs of names: it goes into an email as it stands."""
    letters = [char for char in line if unicodedata.category(char)[0] in "LM"]
    return bool(letters) and len(letters) + sum(char in SIGNS for char in line) == len(line) and not LINK.search(line)


def find(typed: str) -> Organisation:
    """The organisation of a code, or of a name as it is compared. Refused: `unknown`, `many`, `no_email`."""
    if not fold(typed):
        raise Refused("unknown")
    named = Organisation.objects.filter(code=typed.upper()) or Organisation.objects.filter(name__folded=typed)[:2]
    if not named:
        raise Refused("unknown")
    if len(named) > 1:
        raise Refused("many")
    if not named[0].ra_email:
        raise Refused("no_email")
    return named[0]


def ask(*, organisation: Organisation, name: str, here: Visitor) -> None:
    """Ask the organisation's Registration Authority to invite somebody of this name, `NAME`.

    No email goes where one went today for that name, or 20 did for others: nobody is told so. Locked after ten from an
    address in an hour.
    """
    counting.hit_or_lock((limits.ASKS_ADDRESS, here.address), room=here.room)
    of_name = (limits.ASKS_NAME, f"{organisation.code} {fold(name)}")
    if counting.hit(of_name).silenced or counting.hit((limits.ASKS_ORGANISATION, organisation.code)).silenced:
        return
    reference = new_reference()
    with transaction.atomic():
        record(EventName.INVITATION_ASKED, reference=reference, organisation=organisation.code)
        outbox.send(
            "apply_ask",
            profile=None,
            to=organisation.ra_email,
            context={"name": name, "organisation": organisation},
            reference=reference,
            organisation=organisation.code,
        )
