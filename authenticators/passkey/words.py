"""Why a passkey was not added, or did not sign in: for the trail and the desk. What the person reads is a page's."""

from careid.errors import Reason


class Why(Reason):
    # The browser made none.
    NO_JAVASCRIPT = "no_javascript", "the browser runs no JavaScript"
    UNSUPPORTED = "unsupported", "the browser knows no passkeys"
    CANCELLED = "cancelled", "cancelled, or it took too long"
    REFUSED_AT_ONCE = "refused_at_once", "the browser refused at once, perhaps by a policy"
    ALREADY_REGISTERED = "already_registered", "this device holds one already"
    WRONG_ADDRESS = "wrong_address", "wrong address of the site"
    NO_SCREEN_LOCK = "no_screen_lock", "no screen lock or PIN on the device"
    NO_KEY_TYPE = "no_key_type", "the device makes no usable key"
    BAD_OPTIONS = "bad_options", "the browser could not use what Care ID asked for: for the operator to look at"
    UNKNOWN = "unknown", "the browser failed in a way that is not known here"
    # What came is not one to accept.
    MALFORMED = "malformed", "what the browser sent could not be read"
    TYPE = "type", "what the browser sent was made for something else"
    CHALLENGE = "challenge", "what the browser sent belongs to another try"
    ORIGIN = "origin", "it was made at another website's address"
    CROSS_ORIGIN = "cross_origin", "it was made inside another website's page"
    RP_ID = "rp_id", "it was made for another website"
    USER_PRESENCE = "user_presence", "nobody touched the device"
    USER_VERIFICATION = "user_verification", "the device asked for no fingerprint, face or PIN"
    BACKUP_FLAGS = "backup_flags", "what the device says of its backup contradicts itself"
    KEY = "key", "the device made a key of a sort that is not accepted"
    CREDENTIAL_ID = "credential_id", "what the device sent names the passkey in a way that is not accepted"
    ATTESTATION = "attestation", "what the device sent did not pass the checks"
    # A passkey that was used is not to be let in by.
    USER_HANDLE = "user_handle", "the passkey says that it is of another person"
    BACKUP_CHANGED = "backup_changed", "the passkey says now the opposite of whether it can be backed up"
    SIGNATURE = "signature", "the passkey's proof did not pass the checks"
    COUNT_WENT_BACK = "count_went_back", "the passkey's count went back, so that there may be a copy of it"
    TIMED_OUT = "timed_out", "the page was open for too long, or the same press came twice"
    UNKNOWN_PASSKEY = "unknown_passkey", "the passkey is on no profile, or was removed"
    ELSEWHERE = "elsewhere", "the passkey is one of another door"
