"""A rule said no."""


class Refused(Exception):
    """Raised by a rule after its transaction, with a reason from that rule's closed list.

    The reason chooses the words, which stand in templates and forms; `facts` are what they are filled with.
    """

    def __init__(self, reason: str, **facts: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts
