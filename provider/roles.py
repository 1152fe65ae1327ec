"""Which role somebody works in for a service, and what the service is told of roles.

One role is theirs without a word. Of several, one is chosen on a page, once a session, for services that ask for the
choice (`selectedrole`); `changedrole` asks for it again. Who asks for `nationalrbacaccess` alone is told all of them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from careid.errors import Refused
from careid.people.models import Organisation, Profile
from careid.people.roles import Role
from careid.storing.prepared import Prepared
from careid.trail.names import EventName
from careid.trail.record import record
from provider.models import ChosenRole, Request
from sign_in.models import Session

ALL: Final = "nationalrbacaccess"
SELECTED: Final = "selectedrole"
CHANGED: Final = "changedrole"  # the same, chosen anew
ORGANISATIONS: Final = "associatedorgs"
OF_ROLES: Final = frozenset({ALL, SELECTED, CHANGED})
ASKING: Final = frozenset({SELECTED, CHANGED})
FILLED: Final = ("activities", "activity_codes", "workgroups", "workgroups_codes", "aow", "aow_codes")
NOT_THEIRS: Final = "not_theirs"


@dataclass(frozen=True)
class Settled:
    """The role that the service is told was chosen, whether the person has to choose, and whether they lack one."""

    role: Role | None = None
    ask: bool = False
    missing: bool = False


def settle(
    *, session: Session, profile: Profile, scopes: Collection[str], needs_role: bool, request_id: UUID | None = None
) -> Settled:
    """What is known of the role, in one statement; in none where the client asks nothing of roles.

    `request_id` is of the request that waits for the person, if one does: where the role is to be changed, only what
    was chosen for that very request counts.
    """
    wanted = not OF_ROLES.isdisjoint(scopes)
    if not (wanted or needs_role):
        return Settled()
    theirs = _WITH_CHOICE.all(profile.pk, session.pk)
    if not (wanted and theirs):
        return Settled(missing=needs_role and not theirs)
    role = theirs[0] if len(theirs) == 1 else _chosen(theirs, request_id, anew=CHANGED in scopes)
    return Settled(role=role, ask=role is None and not ASKING.isdisjoint(scopes))


def _chosen(theirs: list[Role], request_id: UUID | None, *, anew: bool) -> Role | None:
    for one in theirs:
        chosen_for = vars(one)["chosen_for"]
        if chosen_for and (not anew or chosen_for == request_id):
            return one
    return None


def of(profile: Profile) -> list[Role]:
    """A person's roles, in the order of their names, each with its organisation's name; in one statement."""
    return _OF_PROFILE.all(profile.pk)


def _named(profile_id: Any) -> Any:
    name = Organisation.objects.filter(code=OuterRef("org_code")).values("name")
    of_each = {"org_name": Coalesce(Subquery(name), Value(""))}
    return Role.objects.filter(profile=profile_id).annotate(**of_each)


def _with_choice(profile_id: Any, session_id: Any) -> Any:
    chosen = ChosenRole.objects.filter(session_id=session_id, person_roleid=OuterRef("person_roleid"))
    return Role.objects.filter(profile=profile_id).annotate(chosen_for=Subquery(chosen.values("request_id")))


_OF_PROFILE: Final = Prepared(_named, -1)
_WITH_CHOICE: Final = Prepared(_with_choice, -1, UUID(int=0))


@transaction.atomic
def choose(*, session: Session, request: Request, person_roleid: str) -> Role:
    """Keep which of their roles somebody chose for this request, in place of what that session chose before.

    Refused with `not_theirs`, where it is no role of that very person.
    """
    theirs = Role.objects.filter(profile=session.profile_id)  # compared here: anything may have been sent
    role = next((one for one in theirs if one.person_roleid == person_roleid), None)
    if role is None:
        raise Refused(NOT_THEIRS)
    chosen = ChosenRole(session_id=session.pk, person_roleid=role.person_roleid, request_id=request.pk)
    columns = ("person_roleid", "request_id", "at")
    ChosenRole.objects.bulk_create([chosen], update_conflicts=True, unique_fields=["session_id"], update_fields=columns)
    record(EventName.ROLE_SELECTED, profile=session.profile, details={"client": request.client.client_id})
    return role


def claims(*, profile: Profile, roles: Iterable[Role], scopes: Collection[str]) -> dict[str, Any]:
    """What these scopes tell of a person's roles (`of`) and organisations, by the names of CIS2's claims.

    Each is a list, an empty one too. `profile` has its organisation's row.
    """
    theirs = list(roles)
    told: dict[str, Any] = {}
    if ALL in scopes:
        told["nhsid_nrbac_roles"] = [_nrbac(one) for one in theirs]
    if ORGANISATIONS in scopes:
        told["nhsid_user_orgs"] = _organisations(profile, theirs)
        told["nhsid_org_roles"] = list({one.person_orgid: _membership(one) for one in theirs}.values())
    return told


def needs(scopes: Collection[str]) -> bool:
    """Whether `claims` of these scopes tells anything."""
    return ALL in scopes or ORGANISATIONS in scopes


def _nrbac(role: Role) -> dict[str, Any]:
    always = ("person_orgid", "person_roleid", "org_code", "role_name", "role_code")
    values = vars(role)
    return {name: values[name] for name in always} | {name: values[name] for name in FILLED if values[name]}


def _membership(role: Role) -> dict[str, str]:
    name = role.org_name or role.org_code
    return {"person_orgid": role.person_orgid, "org_name": name, "org_code": role.org_code}


def _organisations(profile: Profile, roles: Iterable[Role]) -> list[dict[str, str]]:
    own = profile.organisation
    names = {own.code: own.name} | {one.org_code: one.org_name for one in roles if one.org_code != own.code}
    return [{"org_name": name or code, "org_code": code} for code, name in names.items()]
