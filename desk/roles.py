"""The desk's roles: groups, and what each may do. A superuser may do everything, and may change what a role may do.

A migration makes a role. After it `manage.py migrate` gives a role that is there each right here that was not there
before that run: what a superuser took away stays away. A right that is older than its place here, a migration gives.
"""

from typing import Final

from django.contrib.auth.models import Group, Permission
from django.db import connections

SEE: Final = ("careid.view_profile", "careid.view_organisation", "authenticators.view_authenticator")
TRAIL: Final = ("careid.view_event", "authenticators.view_report", "careid.view_service")
NUMBERS: Final = ("careid.check_number", "careid.change_number")
HELP: Final = (
    "careid.change_email",
    "careid.unlock_profile",
    "careid.invite_profile",
    "careid.assist_profile",
    "authenticators.revoke_authenticator",
    "authenticators.suspend_authenticator",
    "authenticators.lift_hold",
    "authenticators.close_report",
    "sign_in.end_sessions",
)
APPLY_LOOK: Final = ("apply.view_invitation", "apply.view_application")
MOVES_LOOK: Final = ("moves.view_move", "moves.view_person")
MOVES: Final = (*MOVES_LOOK, "moves.help_person")
APPLY: Final = (*APPLY_LOOK, "apply.invite_applicant", "apply.check_application", "apply.decide_application")
LOOK: Final = ("careid.see_dashboard",)
ROLES: Final = {
    "RA manager": (
        *SEE,
        *TRAIL,
        *NUMBERS,
        *HELP,
        *LOOK,
        *APPLY,
        *MOVES,
        "careid.close_profile",
        "careid.export_profile",
    ),
    "RA agent": (*SEE, *TRAIL, *NUMBERS, *HELP, *LOOK, *APPLY, *MOVES),
    "Sponsor": (*SEE, *LOOK, "careid.invite_profile", *APPLY_LOOK, "apply.invite_applicant", "apply.check_application"),
    "ID checker": (*SEE, *NUMBERS, *APPLY_LOOK, "apply.check_application"),
    "Auditor": (*SEE, *TRAIL, *LOOK, *APPLY_LOOK, *MOVES_LOOK, "careid.export_profile"),
    # Of their own services alone, and never by name.
    "Service owner": ("moves.view_move", "moves.add_move", "moves.change_move", "moves.start_move"),
}


def rights(*, using: str) -> set[str]:
    """Every right that this database knows, as `ROLES` names them; none where it has no tables yet."""
    if Permission._meta.db_table not in connections[using].introspection.table_names():
        return set()
    pairs = Permission.objects.using(using).values_list("content_type__app_label", "codename")
    return {f"{label}.{codename}" for label, codename in pairs}


def give(new: set[str], *, using: str) -> None:
    """Give the roles that are there what `ROLES` names of these rights."""
    named = [name for name, codes in ROLES.items() if new.intersection(codes)]
    for group in Group.objects.using(using).filter(name__in=named):
        for label, _, codename in (code.partition(".") for code in new.intersection(ROLES[group.name])):
            group.permissions.add(Permission.objects.using(using).get(content_type__app_label=label, codename=codename))
