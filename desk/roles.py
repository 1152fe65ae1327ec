"""The desk's roles: groups, and what each may do. A migration makes them; a superuser may do everything."""

from typing import Final

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
)
LOOK: Final = ("careid.see_dashboard",)
ROLES: Final = {
    "RA manager": (*SEE, *TRAIL, *NUMBERS, *HELP, *LOOK, "careid.close_profile", "careid.export_profile"),
    "RA agent": (*SEE, *TRAIL, *NUMBERS, *HELP, *LOOK),
    "Sponsor": (*SEE, *LOOK, "careid.invite_profile"),
    "ID checker": (*SEE, *NUMBERS),
    "Auditor": (*SEE, *TRAIL, *LOOK, "careid.export_profile"),
}
