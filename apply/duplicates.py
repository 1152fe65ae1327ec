"""Who may be the same person as somebody who applies: the same number, address, or name with a date of birth."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Lower

from apply.models import Application
from careid.people.folding import fold
from careid.people.models import Profile
from careid.storing import crypto

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST: Final = 10  # of each sort


@dataclass(frozen=True)
class Alike:
    """A row beside the application's, and in what they are alike: of `number`, `address`, `born`, `name`."""

    row: Profile | Application
    by: tuple[str, ...]


def born(*, given_name: str, family_name: str, date: date) -> str:
    """What an application keeps of these names, folded, with a date of birth: a fingerprint that nobody reads back."""
    return _borns(given_name, family_name, date.isoformat())[0]


def _borns(given_name: str, family_name: str, day: str) -> list[str]:
    # No National Insurance number begins so: the two are never taken for each other.
    return crypto.fingerprints("|".join(("born", fold(given_name), fold(family_name), day)))


def of_today(application: Application) -> list[str]:
    """The fingerprints of its number under each index key of now, the one to keep first; empty where one is missing.

    Without one under each key nobody can say whether the number is on file.
    """
    kept = {one.partition(":")[0]: one for one in application.number_fingerprints}
    keys = crypto.ring(settings.INDEX_KEYS)
    return [kept[key] for key in keys] if keys.keys() <= kept.keys() else []


def on_file(application: Application) -> "QuerySet[Profile]":
    """The open profiles that have its number or its address: of any organisation, so for no page."""
    return Profile.objects.filter(_same(application, application.number_fingerprints), state=Profile.State.OPEN)


def _same(application: Application, numbers: list[str]) -> Q:
    return Q(pk__in=_of_address(application.invitation.email)) | Q(nino_fingerprint__in=numbers)


def _of_address(email: str) -> "QuerySet[Profile, int]":
    by_address = Profile.objects.alias(lower_email=Lower("email")).filter(lower_email=email.lower())
    return by_address.values_list("pk", flat=True)


def profiles(application: Application, *, among: "QuerySet[Profile]", by_number: bool) -> Iterator[Alike]:
    """Those of the profiles `among` which may be theirs, closed ones too: what is surest first.

    Without `by_number` nothing tells whose the number is.
    """
    numbers = application.number_fingerprints if by_number else []
    named = Q(
        family_name__folded=application.invitation.family_name, given_name__folded=application.invitation.given_name
    ) | Q(family_name__folded=application.family_name, given_name__folded=application.given_name)
    rows = among.select_related("organisation")
    same = rows.filter(_same(application, numbers)).order_by("-state", "pk")[:MOST]
    for row in same:
        number = row.nino_fingerprint in numbers
        address = (row.email or "").lower() == application.invitation.email.lower()
        yield Alike(row, tuple(by for by, holds in (("number", number), ("address", address)) if holds))
    for row in rows.filter(named).exclude(pk__in=[one.pk for one in same]).order_by("-state", "pk")[:MOST]:
        yield Alike(row, ("name",))


def applications(application: Application, *, among: "QuerySet[Application]", by_number: bool) -> Iterator[Alike]:
    """Those of the applications `among` which have its number, or its names with its date of birth: newest first.

    Without `by_number` nothing tells whose the number is.
    """
    day, numbers = application.date_of_birth, set(application.number_fingerprints if by_number else ())
    borns = {application.born_fingerprint} if application.born_fingerprint else set()
    if day:
        borns |= {*_borns(application.given_name, application.family_name, day)}
    same = Q(born_fingerprint__in=borns) | Q(number_fingerprints__overlap=[*numbers])
    rows = among.select_related("organisation", "invitation").exclude(pk=application.pk).filter(same)
    for row in rows.order_by("-submitted_at", "pk")[:MOST]:
        alike = (("number", numbers & set(row.number_fingerprints)), ("born", row.born_fingerprint in borns))
        yield Alike(row, tuple(by for by, holds in alike if holds))
