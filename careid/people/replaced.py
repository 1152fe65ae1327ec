"""What stood on a profile before. Who has a replaced address is told of everything for 30 days, whatever came since."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.db.models import Max, Q
from django.utils import timezone

from careid.people.models import Profile
from careid.storing.fields import FingerprintField

TOLD_FOR: Final = timedelta(days=30)


class Replaced(models.Model):
    """An email address, or a number's fingerprint, that a profile had until then: a row each time it was replaced."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="replaced")
    email = models.EmailField(null=True)
    nino_fingerprint = FingerprintField(null=True)
    replaced_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(email=None, nino_fingerprint__isnull=False) | Q(email__isnull=False, nino_fingerprint=None),
                name="replaced_is_an_address_or_a_number",
            ),
        )

    def __str__(self) -> str:
        return f"replaced {self.replaced_at:%Y-%m-%d}"


def when(profile: Profile, *, email: str = "", fingerprints: Collection[str] = ()) -> datetime | None:
    """When this address, or the number of these fingerprints, was replaced there; None where not within 30 days."""
    since = timezone.now() - TOLD_FOR
    what = Q(email__iexact=email) if email else Q(nino_fingerprint__in=fingerprints)
    rows = Replaced.objects.filter(what, profile=profile, replaced_at__gt=since)
    newest: datetime | None = rows.aggregate(at=Max("replaced_at"))["at"]
    at, before = profile.email_changed_at, (profile.previous_email or "").lower()
    of_the_release_before = at if email and before == email.lower() and at and at > since else None
    return newest or of_the_release_before


def addresses(profile: Profile) -> list[str]:
    """Whom a notice goes to: the profile's address, and each that it replaced within 30 days, however many."""
    return addresses_of([profile])[profile.pk]


def addresses_of(profiles: Collection[Profile]) -> dict[int, list[str]]:
    """The same for many, by their keys, in one statement; in none where no address was changed lately."""
    since = timezone.now() - TOLD_FOR
    lately = {one.pk for one in profiles if one.email_changed_at and one.email_changed_at > since}
    told: dict[int, dict[str, str]] = {one.pk: _letters(one.email) for one in profiles}
    for one in profiles:
        if one.pk in lately:  # the release before writes this column alone
            told[one.pk] = _letters(one.previous_email) | told[one.pk]
    if lately:
        rows = Replaced.objects.filter(profile__in=lately, email__isnull=False, replaced_at__gt=since)
        for pk, email in rows.values_list("profile_id", "email"):
            told[pk] = _letters(email) | told[pk]
    return {pk: sorted(by_letters.values()) for pk, by_letters in told.items()}


def _letters(address: str | None) -> dict[str, str]:
    # An address differs from another whatever its letters' case, so it is told once.
    return {address.lower(): address} if address else {}
