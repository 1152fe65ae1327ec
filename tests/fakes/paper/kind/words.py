"""Why a code on paper was not added, or let nobody in, as the trail keeps it and as the desk says it."""

from careid.errors import Reason


class Why(Reason):
    MISCOPIED = "miscopied", "what was copied is not what was shown"
    NO_SUCH_PAPER = "no_such_paper", "what was typed is on nobody's paper"
