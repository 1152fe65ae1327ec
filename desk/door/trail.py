"""What happens to an account of the desk, in the trail of each organisation whose people the account sees."""

from collections.abc import Iterable
from typing import Any

from careid.people.models import Organisation
from careid.trail.names import EventName
from careid.trail.record import record_at_each


def organisations(admin: int | None) -> list[str]:
    """The codes of the organisations that an account looks after; none of an operator's, who sees all."""
    return list(Organisation.objects.filter(staff=admin or 0).order_by("code").values_list("code", flat=True))


def note(name: EventName, *, admin: int | None, before: Iterable[str] = (), **event: Any) -> None:
    """An event of this account, for the auditors of each of its organisations, those it had `before` among them."""
    record_at_each(name, organisations=sorted({*organisations(admin), *before}), **event)
