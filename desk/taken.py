"""Who has the address or the number that a profile can't have: told of the admin's own people alone."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Q
from django.db.models.functions import Lower

from careid.people.models import Profile
from careid.storing import crypto
from desk.scope import held


def _same_email(row: Profile, typed: Mapping[str, Any]) -> Q:
    return Q(lower_email=str(typed.get("email") or row.email).lower())


def _same_number(row: Profile, typed: Mapping[str, Any]) -> Q:
    kept = [row.nino_fingerprint] if row.nino_fingerprint else []
    return Q(nino_fingerprint__in=crypto.fingerprints(typed["number"]) if "number" in typed else kept)


# What a rule refused: what it is called, and who has the same.
_TAKEN: Final[dict[str, tuple[str, Callable[[Profile, Mapping[str, Any]], Q]]]] = {
    "email_taken": ("email address", _same_email),
    "number_taken": ("National Insurance number", _same_number),
}


def by(user: AbstractBaseUser | AnonymousUser, row: Any, reason: str, typed: Mapping[str, Any]) -> str:
    """Whose it is, in words, where that is one of the admin's own people; else empty, and another's says no more.

    `typed` is what the verb's form held; a verb that asks for neither is about what stands in the row.
    """
    if reason not in _TAKEN:
        return ""
    called, same = _TAKEN[reason]
    mine = held(Profile.objects.filter(state="open").exclude(pk=row.pk), user, "organisation__code")
    other = mine.alias(lower_email=Lower("email")).filter(same(row, typed)).first()
    if other is None:
        return ""
    return f"{other}, user id {other.user_id}, has this {called}. Close that profile, or correct one of the two."
