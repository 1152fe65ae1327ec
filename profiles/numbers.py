"""The National Insurance number on a profile: set, for one person and by sets; compared; and asked whose it is.

A number is kept as its fingerprint. Whatever tells an admin whose number it is counts against the admin's limit, and
is kept in the trail. The page of an application tells whose the number of who applies is without either: to those
alone who may check numbers.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from careid.limits import counting, limits
from careid.people import replaced
from careid.people.models import Profile
from careid.people.replaced import Replaced
from careid.storing import crypto
from careid.trail.names import EventName
from careid.trail.record import record, record_at_each
from profiles import changes


def set_number(*, profile: Profile, number: str, by: str, reason: str, note: str = "") -> bool:
    """Put a number on a profile, in the form of `careid.people.typed`. Returns whether it was another.

    Open attempts end; the person is told; what is added in the next seven days is on hold. Refused: `number_taken`,
    where another open profile has it; `own_change`, as `changes.judge` says. counting.Locked past the limit of `by`.
    """
    counting.hit_or_lock((limits.NINO_CHECKS, by))

    def fields(fresh: Profile) -> dict[str, Any]:
        before, now, forms = fresh.nino_fingerprint, timezone.now(), crypto.fingerprints(number)
        if before in forms:
            return {}
        at = replaced.when(fresh, fingerprints=forms)
        changes.judge(fresh, EventName.PROFILE_NINO_CHANGED, by=by, replaced_at=at)
        if before:
            Replaced.objects.create(profile=fresh, nino_fingerprint=before, replaced_at=now)
        return {"nino_fingerprint": free(forms, besides=fresh), "nino_changed_at": now}

    changed = changes.write(profile, EventName.PROFILE_NINO_CHANGED, fields, by=by, reason=reason, note=note)
    if not changed:
        record(EventName.PROFILE_NINO_CHECKED, actor=by, profile=profile)
    return changed


def free(known: Sequence[str], *, besides: Profile) -> str:
    """The fingerprint to keep of a number's under each key, the newest key's first.

    changes.NumberTaken, where an open profile besides this one has it, under any key. A closed profile that has it
    under an older key has it under that of this one then, which keeps it closed.
    """
    others = Profile.objects.filter(nino_fingerprint__in=known, state="open")
    if others.exclude(pk=besides.pk).exists():
        raise changes.NumberTaken
    Profile.objects.filter(nino_fingerprint__in=known[1:], state="closed").update(nino_fingerprint=known[0])
    return known[0]


# The same by sets, in an import's own terms: `p` is the profile, `ninos` the fingerprints of the row's number.
KEPT: Final = """
    SELECT p.id, NULL, p.nino_fingerprint, %(now)s
    FROM import_person person JOIN careid_profile p ON p.id = person.profile_id
    WHERE moves_nino AND p.nino_fingerprint IS NOT NULL"""
BY_SETS: Final = """
    nino_fingerprint = CASE WHEN writes_nino THEN ninos[1] ELSE nino_fingerprint END,
    nino_changed_at = CASE WHEN moves_nino THEN %(now)s ELSE nino_changed_at END"""
# Put down first what another row of the file will take.
VACATED: Final = "nino_fingerprint = CASE WHEN moves_nino THEN NULL ELSE p.nino_fingerprint END"


def matches(*, profile: Profile, number: str, by: str) -> bool:
    """Whether what the person says is the number on file. counting.Locked past the limit of `by`."""
    counting.hit_or_lock((limits.NINO_CHECKS, by))
    same = profile.nino_fingerprint in crypto.fingerprints(number)
    record(EventName.PROFILE_NINO_CHECKED, outcome="ok" if same else "none", actor=by, profile=profile)
    return same


def whose(number: str, *, by: str, among: "QuerySet[Profile]", organisations: Iterable[str] = ()) -> Profile | None:
    """The profile with that number among these, an open one before any that was closed.

    Where it is nobody's, `organisations` have it in their trail that it was asked: those that `by` looks after.
    counting.Locked past the limit of `by`.
    """
    counting.hit_or_lock((limits.NINO_CHECKS, by))
    profiles = among.select_related("organisation").filter(nino_fingerprint__in=crypto.fingerprints(number))
    profile = profiles.order_by("-state", "-pk").first()
    if profile:
        record(EventName.PROFILE_NINO_CHECKED, actor=by, profile=profile)
    else:
        record_at_each(EventName.PROFILE_NINO_CHECKED, organisations=organisations, outcome="none", actor=by)
    return profile
