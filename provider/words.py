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


class Unfit(Reason):
    """Why a client can't be registered so: beside the value that is meant, at the desk and in a terminal."""

    CLIENT_ID = "client_id", "Use up to 120 letters, digits and signs, without a space, %, + or quotes."
    TAKEN = "taken", "There is a client of this id already."
    NONE_GIVEN = "none_given", "Give one address at least."
    SCHEME = "scheme", "Begin with https://, or for a developer's own machine with http://localhost."
    INSIDE = "inside", "Begin with https://, or have CAREID_FETCH_INSIDE name this host and port."
    HOST = "host", "Give a whole address, with the name of a machine and without a user's name."
    FRAGMENT = "fragment", "Leave out what stands after #."
    SIGNS = "signs", "Use the signs of an address alone: no space, no *, no quotes, nothing but ASCII."
    LONG = "long", "Use 2,000 characters or fewer."
    SCOPE = "scope", "There is no such scope."
    LEVEL = "level", "There is no such level."
    ALGORITHM = "algorithm", "There is no such algorithm."
    NO_SIGNER = "no_signer", "No key of CAREID_SIGNING_KEYS signs by this algorithm."
    NO_KEYS = "no_keys", "A client that signs needs its public keys, or their address."
    TWO_KEYS = "two_keys", "Give the keys or their address, not both."
    KEYS_FOR_NOTHING = "keys_for_nothing", "Only a client that proves who it is by its key has keys."
    PKCE = "pkce", "A client without a proof of its own must use PKCE."
    NO_SECRET = "no_secret", "Only a client that proves who it is by a secret has one."
    MEANWHILE = "meanwhile", "Another secret was made a moment ago. It was shown then."
