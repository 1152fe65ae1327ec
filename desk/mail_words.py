"""What each mail is about, as the desk says it."""

from typing import Final

from authenticators.registry import KINDS

MAILS: Final[dict[str, str]] = {
    "code": "Code to type",
    "not_matched": "The details did not match",
    "silenced": "Too many tries: no code is sent for now",
    "locked": "Too many wrong codes",
    "unlocked": "Lock lifted",
    "authenticator_added": "Authenticator added",
    "authenticator_suspended": "Authenticator stopped for now",
    "authenticator_reinstated": "Authenticator works again",
    "authenticator_revoked": "Authenticator removed",
    "authenticator_hold_lifted": "Authenticator works now",
    "profile_email_changed": "Email address changed",
    "profile_nino_changed": "National Insurance number changed",
    "profile_closed": "Profile closed",
    "profile_reopened": "Profile reopened",
    "invitation": "Invitation to add an authenticator",
    "assisted": "The Registration Authority is helping",
    "assisted_checked": "Named as the one who checked, to a colleague",
    "apply_invitation": "Invitation to apply for a profile",
    "apply_reminder": "Reminder of an invitation to apply",
    "apply_code": "Code to type, for an invitation to apply",
    "apply_submitted": "Application received",
    "apply_ask": "Somebody asks to be invited, to the Registration Authority",
    "apply_checked": "Named as the one who checked an applicant, to a colleague",
    "apply_approved": "Application approved",
    "apply_rejected": "Application rejected",
    "apply_on_file": "Somebody applied elsewhere with these details",
    "move_start": "A service changes how they sign in",
    "move_date": "A service changes later or earlier than they were told",
    "move_reminder": "Reminder that a service changes",
    "move_cancelled": "A service does not change after all",
    "new_browser": "Signed in from a new browser",
    "signed_out": "Signed out by the Registration Authority",
    "reported": "“This was not me” was reported",
    "report_closed": "Report of “this was not me” closed",
    "case": "A report to look at, to the Registration Authority",
}


OF_KINDS: Final[dict[str, str]] = {name: about for kind in KINDS.values() for name, about in kind.mails.items()}


def of(template: str) -> str:
    return MAILS.get(template) or OF_KINDS.get(template, template.replace("_", " "))
