"""Why an account was not added, or let nobody in, as the trail keeps it and as the desk says it.

What the person reads is a page's.
"""

from careid.errors import Reason


class Why(Reason):
    CANCELLED = "cancelled", "the sign-in at NHS.net was cancelled"
    CARE_IDENTITY = "care_identity", "pressed “Log in with my Care Identity”"
    CONSENT = "consent", "the directory's administrator has to agree first"
    TENANT = "tenant", "an account of another organisation's directory"
    ISSUER = "issuer", "the answer was issued by another directory than NHS.net's"
    GUEST = "guest", "a guest account"
    MFA = "mfa", "signed in with a password alone, without a second check"
    SECOND_STEP = "second_step", "NHS.net wanted a second check, and it was not set up or not passed"
    CONDITIONAL_ACCESS = "conditional_access", "a rule of NHS.net stopped the sign-in: the place, the network or a risk"
    DEVICE_POLICY = "device_policy", "a rule of NHS.net wants a managed device or another app"
    EARLIER = "earlier", "NHS.net did not ask them to sign in again: it was an earlier sign-in"
    CODE = "code", "NHS.net's answer was used already, or too old"
    TOO_LATE = "too_late", "it took too long"
    STATE_UNKNOWN = "state_unknown", "came back from another tab or browser"
    ALREADY_YOURS = "already_yours", "this account is linked already"
    LINKED_ELSEWHERE = "linked_elsewhere", "this account is linked to somebody else's profile"
    NOT_REGISTERED = "not_registered", "this account is linked to nobody's profile"
    NOT_IN_BETA = "not_in_beta", "the organisation is not in the private beta"
    # Clocks that differ: an operator's to mend, as are the six below.
    EXPIRED = "expired", "NHS.net's answer was over by our clock: the clocks differ"
    NOT_YET = "not_yet", "NHS.net's answer was not valid yet by our clock: the clocks differ"
    ASSERTION_TIME = "assertion_time", "NHS.net found our request out of time: the clocks differ"
    CLIENT = "client", "NHS.net does not know Care ID, or its secret has ended: for the operator to mend"
    CREDENTIAL = "credential", "Care ID's certificate cannot be read: for the operator to mend"
    KEY = "key", "NHS.net's answer was signed with a key that is not NHS.net's"
    ALGORITHM = "algorithm", "NHS.net's answer was signed in a way that is not accepted"
    SIGNATURE = "signature", "NHS.net's answer has a wrong signature"
    MIX_UP = "mix_up", "the answer came from somebody else than NHS.net"
    AUDIENCE = "audience", "NHS.net's answer was meant for another service"
    NONCE = "nonce", "NHS.net's answer belongs to another try"
    NO_OBJECT_ID = "no_object_id", "NHS.net's answer did not say which account it is"
    MALFORMED = "malformed", "NHS.net's answer could not be read"
    PROVIDER = "provider", "NHS.net had a fault of its own"
    SERVER_ERROR = "server_error", "NHS.net answered with an error"
    UNKNOWN = "unknown", "NHS.net gave an error that is not known here: its administrators can look up the number"
