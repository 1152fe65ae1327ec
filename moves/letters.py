"""The words of a round's emails: written once for all who are told the same, then each gets their name and link."""

import re
from typing import Any, Final

from careid.post import outbox
from moves import links
from moves.models import Move, Person

# What no name and no link holds, so that each is found in the words alone.
_NAME, _LINK = "\0name\0", "\0link\0"
_EITHER: Final = re.compile(f"{_NAME}|{_LINK}")


class Letters:
    """The emails of one template, so many days before the last one of the old way."""

    def __init__(self, template: str, move: Move, *, days: int) -> None:
        self.template = template
        self._same = {"move": move, "days": days, "name": _NAME, "link": _LINK}
        self._written: dict[tuple[Any, ...], outbox.Written] = {}

    def to(self, person: Person) -> outbox.Written:
        """This person's: what else it says follows from their organisation, today's way and being on file."""
        alike = person.organisation_id, person.way, person.is_on_file
        if alike not in self._written:
            self._written[alike] = outbox.write(self.template, {**self._same, "person": person})
        words, own = self._written[alike], {_NAME: str(person), _LINK: links.give(person)}
        return outbox.Written(words.subject, _EITHER.sub(lambda found: own[found[0]], words.body))
