"""The authenticators that were added, and the reports that a change was not the person's."""

import uuid
from collections import Counter
from datetime import datetime
from typing import Any, Final, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from authenticators.registry import KINDS, choices
from careid.people.models import Profile
from careid.storing.fields import EncryptedJSONField


class Authenticators(models.QuerySet["Authenticator"]):
    """Authenticators of any number of people. Who asks which of them count, or work, asks here."""

    def live(self) -> Self:
        """All but the revoked: a suspended authenticator counts."""
        return self.filter(Authenticator.live())

    def proving(self) -> Self:
        """What tells whoever proves it how it stands: the live ones, and those that ended with a closed profile."""
        closed = Q(state_reason=Authenticator.CLOSED, profile__state=Profile.State.CLOSED)
        return self.filter(Authenticator.live() | closed)

    def usable(self, at: datetime) -> Self:
        """The authenticators that may be used to sign in at that time: `Authenticator.usable` of each."""
        return self.filter(state=Authenticator.State.ACTIVE, usable_from__lte=at)

    def on_hold(self, at: datetime) -> Self:
        """The authenticators that nobody stopped and that may not be used yet at that time."""
        return self.filter(state=Authenticator.State.ACTIVE, usable_from__gt=at)

    def by_kind(self) -> Counter[str]:
        """How many there are of each kind, by its slug."""
        return Counter(self.values_list("kind", flat=True))


class Authenticator(models.Model):
    """One authenticator of a profile. `material` is what only its kind reads; `details` is what an RA may see."""

    class State(models.TextChoices):
        ACTIVE = "active"
        SUSPENDED = "suspended"
        REVOKED = "revoked"

    LIVE: Final = (State.ACTIVE, State.SUSPENDED)
    CLOSED: Final = "profile_closed"  # why it was revoked whose profile was closed

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="authenticators")
    kind = models.CharField(max_length=20, choices=choices)
    external_id = models.CharField(max_length=1400)
    name = models.CharField(max_length=40, blank=True)
    material: Any = EncryptedJSONField()
    details = models.JSONField(default=dict, blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.CharField(max_length=80)
    usable_from = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.ACTIVE)
    state_reason = models.CharField(max_length=40, blank=True)
    state_changed_at = models.DateTimeField(default=timezone.now)

    objects = Authenticators.as_manager()

    class Meta:
        permissions = (
            ("revoke_authenticator", "Can revoke authenticators"),
            ("suspend_authenticator", "Can suspend and reinstate authenticators"),
            ("lift_hold", "Can lift a hold"),
        )
        constraints = (
            models.UniqueConstraint(
                "kind", "external_id", condition=~Q(state="revoked"), name="authenticator_once_among_live"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["active", "suspended", "revoked"]), name="authenticator_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="active") | ~Q(state_reason=""), name="authenticator_stopped_has_a_reason"
            ),
        )
        indexes = (
            models.Index("profile", "kind", name="authenticator_of_profile"),
            models.Index(fields=("-added_at",), name="authenticator_added"),
        )

    def __str__(self) -> str:
        describe = KINDS[self.kind].describe
        return self.name or (describe(self.details) if describe else self.title)

    @property
    def title(self) -> str:
        return KINDS[self.kind].title

    @classmethod
    def live(cls, path: str = "") -> Q:
        """The condition of a live authenticator, where a count or a join reaches it by a path: `authenticators__`."""
        return Q(**{f"{path}state__in": cls.LIVE})

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE

    @property
    def proves(self) -> bool:
        """Whether it is one of `proving`; its profile is read along with it."""
        return self.is_live or (self.state_reason == self.CLOSED and not self.profile.is_open)

    def usable(self, at: datetime) -> bool:
        """Whether it may be used to sign in at that time: active, and not on hold."""
        return self.state == self.State.ACTIVE and self.usable_from <= at


class Report(models.Model):
    """Somebody who got a mail about a change says that it was not them: a case for the Registration Authority."""

    class Outcome(models.TextChoices):
        THE_PERSON = "the_person", "It was the person after all"
        MISTAKE = "mistake", "A mistake of ours"
        MISUSE = "misuse", "Somebody else tried to get in"
        UNCLEAR = "unclear", "It could not be found out"

    profile = models.ForeignKey(Profile, models.PROTECT, related_name="reports")
    authenticator_id = models.UUIDField(null=True)
    token_hash = models.BinaryField(max_length=32, unique=True)
    reported_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)

    class Meta:
        verbose_name = "report of “this was not me”"
        verbose_name_plural = "reports of “this was not me”"
        permissions = (("close_report", "Can close reports"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="report_closed_has_an_outcome",
            ),
        )
        indexes = (models.Index("reported_at", name="report_open", condition=Q(closed_at=None)),)

    def __str__(self) -> str:
        return f"report of {self.reported_at:%Y-%m-%d %H:%M}"
