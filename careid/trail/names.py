"""Every event's name, and what its details may hold: data."""

import re
from typing import Final

from django.db import models

CLOSED_WORD: Final = re.compile(r"[a-z0-9_]{0,40}")
OUTCOMES: Final = frozenset({"ok", "refused", "withheld", "failed", "none"})


class EventName(models.TextChoices):
    ATTEMPT_STARTED = "attempt.started"
    ATTEMPT_ENDED = "attempt.ended"
    IDENTITY_MATCHED = "identity.matched"
    IDENTITY_NOT_MATCHED = "identity.not_matched"
    EMAIL_CODE_SENT = "email_code.sent"
    EMAIL_CODE_ACCEPTED = "email_code.accepted"
    EMAIL_CODE_REJECTED = "email_code.rejected"
    LIMIT_REACHED = "limit.reached"
    LIMIT_LIFTED = "limit.lifted"
    CEREMONY_REJECTED = "ceremony.rejected"
    ASSISTED_STARTED = "assisted.started"
    ASSISTED_OPENED = "assisted.opened"
    ASSISTED_PROVED = "assisted.proved"
    ASSISTED_REJECTED = "assisted.rejected"
    ASSISTED_CANCELLED = "assisted.cancelled"
    NOT_ME_REPORTED = "not_me.reported"
    NOT_ME_CLOSED = "not_me.closed"
    AUTHENTICATOR_ADDED = "authenticator.added"
    AUTHENTICATOR_NAMED = "authenticator.named"
    AUTHENTICATOR_SUSPENDED = "authenticator.suspended"
    AUTHENTICATOR_REINSTATED = "authenticator.reinstated"
    AUTHENTICATOR_REVOKED = "authenticator.revoked"
    AUTHENTICATOR_HOLD_LIFTED = "authenticator.hold_lifted"
    SIGN_IN_SUCCEEDED = "sign_in.succeeded"
    SIGN_IN_REFUSED = "sign_in.refused"
    SESSION_ENDED = "session.ended"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105  an event's name
    ROLE_SELECTED = "role.selected"
    CODE_REPLAYED = "code.replayed"
    CLIENT_REFUSED = "client.refused"
    CLIENT_CHANGED = "client.changed"
    LOGOUT_TOLD = "logout.told"
    LOGOUT_FAILED = "logout.failed"
    PROFILE_IMPORTED = "profile.imported"
    PROFILE_CREATED = "profile.created"
    PROFILE_EMAIL_CHANGED = "profile.email_changed"
    PROFILE_NINO_CHANGED = "profile.nino_changed"
    PROFILE_CLOSED = "profile.closed"
    PROFILE_REOPENED = "profile.reopened"
    PROFILE_INVITED = "profile.invited"
    PROFILES_EXPORTED = "profile.exported"
    PROFILE_NINO_CHECKED = "profile.nino_checked"
    INVITATION_SENT = "invitation.sent"
    INVITATION_RESENT = "invitation.resent"
    INVITATION_REMINDED = "invitation.reminded"
    INVITATION_OPENED = "invitation.opened"
    INVITATION_CODE_SENT = "invitation.code_sent"
    INVITATION_CODE_REJECTED = "invitation.code_rejected"
    INVITATION_PROVED = "invitation.proved"
    INVITATION_FOUND = "invitation.found"
    INVITATION_CANCELLED = "invitation.cancelled"
    INVITATION_EXPIRED = "invitation.expired"
    INVITATION_BLOCKED = "invitation.blocked"
    INVITATION_ASKED = "invitation.asked"
    INVITATIONS_EXPORTED = "invitation.exported"
    APPLICATION_SUBMITTED = "application.submitted"
    APPLICATION_CHECKED = "application.checked"
    APPLICATION_APPROVED = "application.approved"
    APPLICATION_REJECTED = "application.rejected"
    MOVE_CHANGED = "move.changed"
    MOVE_STARTED = "move.started"
    MOVE_DATE_CHANGED = "move.date_changed"
    MOVE_STOPPED = "move.stopped"
    MOVE_RESUMED = "move.resumed"
    MOVE_CANCELLED = "move.cancelled"
    MOVE_ENDED = "move.ended"
    MOVE_PEOPLE_LOADED = "move.people_loaded"
    MOVE_MAILED = "move.mailed"
    MOVE_ANSWERED = "move.answered"
    MOVE_CALL_DONE = "move.call_done"
    MOVE_EXPORTED = "move.exported"
    ORGANISATION_CHANGED = "organisation.changed"
    SERVICE_CHANGED = "service.changed"
    MAIL_FAILED = "mail.failed"
    COMMAND_RUN = "command.run"
    ADMIN_INVITED = "admin.invited"
    ADMIN_FACTOR_ADDED = "admin.factor_added"
    ADMIN_FACTOR_REMOVED = "admin.factor_removed"
    ADMIN_FACTOR_STOPPED = "admin.factor_stopped"
    ADMIN_SIGNED_IN = "admin.signed_in"
    ADMIN_SIGN_IN_REFUSED = "admin.sign_in_refused"
    ADMIN_LOCKED = "admin.locked"
    ADMIN_PASSWORD_CHANGED = "admin.password_changed"  # noqa: S105  an event's name
    ADMIN_CHANGED = "admin.changed"
    GROUP_CHANGED = "group.changed"


# The only keys that an event's details may have: counts, closed words and slugs, never what a person typed.
DETAILS: Final[dict[EventName, frozenset[str]]] = {
    EventName.EMAIL_CODE_SENT: frozenset({"number"}),
    EventName.LIMIT_REACHED: frozenset({"limit", "mode"}),
    EventName.LIMIT_LIFTED: frozenset({"counts", "note"}),
    EventName.CEREMONY_REJECTED: frozenset({"kind", "error"}),
    EventName.AUTHENTICATOR_ADDED: frozenset({"kind", "hours_on_hold"}),
    EventName.AUTHENTICATOR_NAMED: frozenset({"kind"}),
    EventName.AUTHENTICATOR_SUSPENDED: frozenset({"kind", "note"}),
    EventName.AUTHENTICATOR_REINSTATED: frozenset({"kind", "note"}),
    EventName.AUTHENTICATOR_REVOKED: frozenset({"kind", "note"}),
    EventName.AUTHENTICATOR_HOLD_LIFTED: frozenset({"kind", "note"}),
    EventName.SIGN_IN_SUCCEEDED: frozenset({"kind", "client", "level", "known"}),  # `known`: the browser, of late
    EventName.SIGN_IN_REFUSED: frozenset({"kind", "client", "error"}),
    EventName.SESSION_ENDED: frozenset({"note"}),
    EventName.PASSWORD_CHANGED: frozenset({"kind", "hours_on_hold"}),
    # `client` is the id that operators gave a client of a service.
    EventName.ROLE_SELECTED: frozenset({"client"}),
    EventName.CODE_REPLAYED: frozenset({"client"}),
    EventName.CLIENT_REFUSED: frozenset({"client"}),
    EventName.CLIENT_CHANGED: frozenset({"client", "changed"}),
    EventName.LOGOUT_TOLD: frozenset({"client"}),
    EventName.LOGOUT_FAILED: frozenset({"client", "answer"}),
    EventName.PROFILE_IMPORTED: frozenset({"changed"}),
    EventName.PROFILE_CREATED: frozenset({"note"}),
    EventName.PROFILE_EMAIL_CHANGED: frozenset({"note"}),
    EventName.PROFILE_NINO_CHANGED: frozenset({"note"}),
    EventName.PROFILE_CLOSED: frozenset({"note", "revoked"}),
    EventName.PROFILE_REOPENED: frozenset({"note"}),
    EventName.INVITATION_CANCELLED: frozenset({"note"}),
    EventName.INVITATION_CODE_SENT: frozenset({"number"}),
    EventName.APPLICATION_CHECKED: frozenset({"checked", "checked_by", "route", "documents"}),
    EventName.APPLICATION_APPROVED: frozenset({"note", "checked_by"}),
    EventName.APPLICATION_REJECTED: frozenset({"note"}),
    # `move` is the slug that its page has; `what` the word of a round of emails; `many` how many of them.
    EventName.MOVE_CHANGED: frozenset({"move", "changed"}),
    EventName.MOVE_STARTED: frozenset({"move", "note"}),
    EventName.MOVE_DATE_CHANGED: frozenset({"move", "note"}),
    EventName.MOVE_STOPPED: frozenset({"move", "many", "note"}),
    EventName.MOVE_RESUMED: frozenset({"move", "note"}),
    EventName.MOVE_CANCELLED: frozenset({"move", "note"}),
    EventName.MOVE_ENDED: frozenset({"move"}),
    EventName.MOVE_PEOPLE_LOADED: frozenset({"move", "rows", "failed"}),
    EventName.MOVE_MAILED: frozenset({"move", "what", "many"}),
    EventName.MOVE_ANSWERED: frozenset({"move", "answer"}),
    EventName.MOVE_CALL_DONE: frozenset({"move", "note"}),
    EventName.MOVE_EXPORTED: frozenset({"move"}),
    EventName.ASSISTED_STARTED: frozenset({"note", "checked", "checked_by"}),
    EventName.ASSISTED_CANCELLED: frozenset({"note"}),
    EventName.NOT_ME_REPORTED: frozenset({"kind"}),
    EventName.NOT_ME_CLOSED: frozenset({"note"}),
    EventName.ORGANISATION_CHANGED: frozenset({"changed"}),
    EventName.SERVICE_CHANGED: frozenset({"service", "changed", "owners"}),
    EventName.MAIL_FAILED: frozenset({"template", "answer"}),
    EventName.COMMAND_RUN: frozenset({"command", "rows", "failed", "dry_run"}),
    # `admin` and `group` are keys of rows, `groups` a list of them, `organisations` ODS codes; `factor` is a slug.
    EventName.ADMIN_INVITED: frozenset({"admin", "groups", "organisations", "superuser", "factors_removed"}),
    EventName.ADMIN_FACTOR_ADDED: frozenset({"admin", "factor", "by"}),
    EventName.ADMIN_FACTOR_REMOVED: frozenset({"admin", "factor"}),
    EventName.ADMIN_FACTOR_STOPPED: frozenset({"admin", "factor"}),
    EventName.ADMIN_SIGNED_IN: frozenset({"admin", "factor"}),
    EventName.ADMIN_SIGN_IN_REFUSED: frozenset({"admin"}),
    EventName.ADMIN_LOCKED: frozenset({"admin"}),
    EventName.ADMIN_PASSWORD_CHANGED: frozenset({"admin"}),
    EventName.ADMIN_CHANGED: frozenset({"admin", "changed"}),
    EventName.GROUP_CHANGED: frozenset({"group", "changed"}),
}
