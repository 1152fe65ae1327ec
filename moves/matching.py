"""Who of a move's people is on file: found by their address, then as often as others come on file, else invited."""

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection

from apply import inviting
from apply.models import Invitation
from careid.storing import database
from careid.trail.actors import SYSTEM
from moves.models import Move, Person

AT_ONCE: Final = 1_000  # people a transaction
UNDER_WAY: Final = (*Invitation.LIVE, Invitation.State.SUBMITTED)  # what leads to a profile, or waits to

# Whose profile was closed since is looked for anew.
_NOT_ON_FILE: Final = """
p.move_id = %s AND NOT EXISTS (SELECT FROM careid_profile o WHERE o.id = p.profile_id AND o.state = 'open')"""
_BY_ADDRESS: Final = """
UPDATE moves_person p SET profile_id = found.id FROM careid_profile found
WHERE lower(found.email) = lower(p.email) AND found.state = 'open' AND"""
_BY_INVITATION: Final = """
UPDATE moves_person p SET profile_id = found.id
FROM apply_invitation i JOIN careid_profile found ON found.id = i.profile_id AND found.state = 'open'
WHERE i.id = p.invitation_id AND"""
_INVITED: Final = """
UPDATE moves_person p SET invitation_id = i.id FROM (
    SELECT DISTINCT ON (lower(email), organisation_id) id, lower(email) AS email, organisation_id
    FROM apply_invitation WHERE state = ANY (%s) ORDER BY lower(email), organisation_id, made_at DESC
) AS i
WHERE i.email = lower(p.email) AND i.organisation_id = p.organisation_id AND p.invitation_id IS NULL AND"""


def match(move: Move) -> int:
    """Give each the open profile that has their address, or that came of their invitation. Returns how many got one."""
    return _run(_BY_ADDRESS, move.pk) + _run(_BY_INVITATION, move.pk)


def invite(move: Move) -> int:
    """Invite whoever of its people is not on file, and is not invited yet, without an email: the move's tells them.

    Returns how many. Whom the Registration Authority has invited already has that invitation; whose profile was closed
    has none, since it can be opened again.
    """
    _find_invitations(move)
    return sum(_invite(move, some) for some in _not_invited(move))


def _not_invited(move: Move) -> Iterator[list[Person]]:
    rows = Person.objects.filter(move=move, profile=None, invitation=None).select_related("organisation")
    some = list(rows.order_by("pk")[:AT_ONCE])
    while some:
        yield some
        some = list(rows.filter(pk__gt=some[-1].pk).order_by("pk")[:AT_ONCE])


def _invite(move: Move, some: list[Person]) -> int:
    asked = [inviting.Asked(one.organisation, one.email, one.given_name, one.family_name) for one in some]
    with database.patiently():
        made = inviting.by_sets(rows=asked, by=SYSTEM, reminds=False, mailed=False)
        _find_invitations(move)
    return len(made)


def _find_invitations(move: Move) -> None:
    _run(_INVITED, list(UNDER_WAY), move.pk)


def _run(statement: str, *values: Any) -> int:
    with database.patiently(), connection.cursor() as cursor:
        cursor.execute(statement + _NOT_ON_FILE, values)
        return int(cursor.rowcount)
