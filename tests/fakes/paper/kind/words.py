"""Why a code on paper was not added, as the trail keeps it and as the desk says it."""

from careid.errors import Reason


class Why(Reason):
    MISCOPIED = "miscopied", "what was copied is not what was shown"
