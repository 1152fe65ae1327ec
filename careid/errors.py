"""A rule said no."""


class Refused(Exception):
    """Raised by a rule after its transaction, with a reason from that rule's closed list.

    The reason chooses the words, which stand in templates and forms; `facts` are what they are filled with.
    """

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


def counted(number: int, unit: str) -> str:
    """`1 minute`, `3 minutes`."""
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
