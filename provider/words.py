"""Why a client was refused, as the trail keeps it and the desk says it."""

from careid.errors import Reason


class ClientRefused(Reason):
    """Of `client.refused`."""

    OFF = "off", "the client is switched off"
    METHOD = "method", "it proved itself in another way than the one registered"
    SECRET = "secret", "its secret is wrong"
    MALFORMED = "malformed", "its assertion can't be read, or lacks a claim"
    ALGORITHM = "algorithm", "its assertion is signed with another algorithm than the one registered"
    ISSUER = "issuer", "its assertion is another client's"
    AUDIENCE = "audience", "its assertion is meant for somebody else"
    EXPIRED = "expired", "its assertion is past its time, or one of the two clocks is wrong"
    NOT_YET = "not_yet", "its assertion is of a time to come, or one of the two clocks is wrong"
    TOO_LONG = "too_long", "its assertion is good for longer than an hour"
    KEY = "key", "none of its keys could have signed the assertion"
    SIGNATURE = "signature", "its assertion's signature is wrong"
    REPLAYED = "replayed", "its assertion was used before"
