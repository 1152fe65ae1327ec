"""Why an admin did something, from a closed list a verb: the words are the desk's, the keys the trail's."""

from typing import Final

from careid.trail.names import EventName

REVOKE: Final = {
    "lost": "Lost",
    "stolen": "Stolen",
    "replaced": "Replaced by another",
    "leaver": "The person has left",
    "asked_by_person": "Asked by the person",
    "suspected_misuse": "Suspected misuse",
    "added_in_error": "Added in error",
}
SUSPEND: Final = {
    "lost": "Lost, and may turn up",
    "suspected_misuse": "Suspected misuse",
    "away": "The person is away",
    "asked_by_person": "Asked by the person",
}
REINSTATE: Final = {
    "found": "Found again",
    "misuse_ruled_out": "Looked at: no misuse",
    "back": "The person is back",
    "asked_by_person": "Asked by the person",
}
LIFT_HOLD: Final = {
    "person_confirmed": "The person confirmed it, in person or by video",
    "urgent_care": "Needed for care now, and the person is known to me",
}
UNLOCK: Final = {
    "person_confirmed": "The person says that it was them",
    "mistake": "A mistake of ours",
    "attack_over": "Somebody else tried, and that is over",
}
SIGN_OUT: Final = {
    "asked_by_person": "Asked by the person",
    "shared_computer": "Left signed in on a computer that others use",
    "suspected_misuse": "Suspected misuse",
    "leaver": "The person has left",
}
CHANGE: Final = {
    "correction": "It was wrong",
    "person_changed_it": "It has changed",
    "was_missing": "It was missing",
}
CLOSE: Final = {
    "leaver": "The person has left",
    "duplicate": "The person has another profile",
    "deceased": "The person has died",
    "suspected_misuse": "Suspected misuse",
    "added_in_error": "Made in error",
}
REOPEN: Final = {
    "returned": "The person is back",
    "closed_in_error": "Closed in error",
    "misuse_ruled_out": "Looked at: no misuse",
}
CANCEL: Final = {
    "not_needed": "Not needed any more",
    "wrong_person": "It was for the wrong person",
    "suspected_misuse": "Suspected misuse",
}
# Which were to choose from, by the event that keeps the one that was chosen: `lost` may turn up where it is suspended.
BY_EVENT: Final[dict[str, dict[str, str]]] = {
    EventName.AUTHENTICATOR_REVOKED: REVOKE,
    EventName.AUTHENTICATOR_SUSPENDED: SUSPEND,
    EventName.AUTHENTICATOR_REINSTATED: REINSTATE,
    EventName.AUTHENTICATOR_HOLD_LIFTED: LIFT_HOLD,
    EventName.LIMIT_LIFTED: UNLOCK,
    EventName.SESSION_ENDED: SIGN_OUT,
    EventName.PROFILE_EMAIL_CHANGED: CHANGE,
    EventName.PROFILE_NINO_CHANGED: CHANGE,
    EventName.PROFILE_CLOSED: CLOSE,
    EventName.PROFILE_REOPENED: REOPEN,
    EventName.ASSISTED_CANCELLED: CANCEL,
    EventName.INVITATION_CANCELLED: CANCEL,
}
