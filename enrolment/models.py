"""One visit that tries to add something, and the code that was mailed to it."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from careid.people.models import Profile
from careid.post.models import Mail
from careid.storing.fields import EncryptedJSONField, EncryptedTextField, FingerprintField
from careid.trail.references import new_reference


class Attempt(models.Model):
    """A browser's visit. The browser holds a 256-bit token; the row keeps its SHA-256.

    An attempt that matched nobody has no profile, and is otherwise the same. `pending` holds what a kind needs between
    two requests, one entry a kind.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField(max_length=7, default=new_reference)
    token_hash = models.BinaryField(max_length=32, unique=True)
    previous_token_hash = models.BinaryField(max_length=32, null=True, unique=True)
    profile = models.ForeignKey(Profile, models.CASCADE, null=True)
    typed_email = EncryptedTextField()
    pair = models.BinaryField(max_length=32)
    nino_fingerprint = FingerprintField()
    matched_fingerprint = FingerprintField(null=True)  # as the profile held it: under an older key, perhaps
    picture = models.CharField(max_length=40, null=True, unique=True)
    pending: Any = EncryptedJSONField(default=dict, null=True)
    started_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    verified_at = models.DateTimeField(null=True)
    authenticator_id = models.UUIDField(null=True)
    undone = models.BooleanField(default=False)
    assisted_by = models.CharField(max_length=80, blank=True, db_default="")  # the admin who let this person in
    # Of somebody who was signed in already: by which session, with which authenticator, and the end of that session.
    session_id = models.UUIDField(null=True)
    vouched_by = models.UUIDField(null=True)
    closes_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    unsaved_seen_at: datetime | None = None  # when the person was seen, where the row does not say so yet

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | Q(profile__isnull=False),
                name="attempt_verified_has_a_profile",
            ),
            models.CheckConstraint(
                condition=Q(authenticator_id__isnull=True, added_at__isnull=True)
                | Q(authenticator_id__isnull=False, added_at__isnull=False),
                name="attempt_added_knows_what_and_when",
            ),
        )
        indexes = (models.Index("started_at", name="attempt_started"),)

    def __str__(self) -> str:
        return self.reference

    def held(self) -> "Attempt":
        """The attempt's row with its profile, locked until the transaction ends: the profile first, as everywhere."""
        rows = Attempt.objects.select_for_update(of=("profile", "self"), no_key=True)
        inner = rows.select_related("profile__organisation").filter(
            profile__user_id__gt=""
        )  # locks allow no outer join
        fresh = inner.get(pk=self.pk)
        fresh.last_seen_at = self.unsaved_seen_at or fresh.last_seen_at
        return fresh

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read what the row says by now, but for when the person was seen, which the row may not say yet."""
        super().refresh_from_db(*args, **kwargs)
        self.last_seen_at = self.unsaved_seen_at or self.last_seen_at

    def seen(self) -> dict[str, datetime]:
        """When the person was seen, for whoever writes the row now, once: empty where the row says so already."""
        at, self.unsaved_seen_at = self.unsaved_seen_at, None
        return {"last_seen_at": at} if at else {}

    @property
    def deadline(self) -> datetime:
        """When the attempt stops, if nothing is done before."""
        ends = [self.closes_at] if self.closes_at else []
        if self.added_at:
            return min([*ends, self.added_at + settings.ATTEMPT_AFTERWARDS])
        if self.verified_at:
            ends.append(self.verified_at + settings.ATTEMPT_VERIFIED)
        return min([*ends, self.last_seen_at + settings.ATTEMPT_IDLE, self.started_at + settings.ATTEMPT_LIFE])

    @property
    def may_stay(self) -> bool:
        """Whether doing something gives more time: not once the hour, or the time after the code, is the nearer end."""
        return not self.added_at and self.deadline == self.last_seen_at + settings.ATTEMPT_IDLE

    @property
    def seconds_left(self) -> int:
        return max(0, int((self.deadline - timezone.now()).total_seconds()))

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or timezone.now() >= self.deadline

    @property
    def under_way(self) -> bool:
        """Whether something may still be added."""
        return self.authenticator_id is None and not self.is_over

    @property
    def verified_profile(self) -> Profile:
        """Who this is, once the mailed code was accepted: pages past the code have one."""
        if self.profile is None or self.verified_at is None:
            raise ValueError("this attempt has not proved who it is")
        return self.profile

    @property
    def number_forms(self) -> list[str]:
        """How the profile may hold the number that the details named: none, or that one under an old key or today's."""
        return [self.matched_fingerprint, self.nino_fingerprint] if self.matched_fingerprint else [""]

    @property
    def in_trail(self) -> dict[str, Any]:
        """What each event of this attempt names, as `record` takes it."""
        return {"profile": self.profile, "attempt_id": self.pk, "reference": self.reference}

    @property
    def subject(self) -> str:
        """The typed pair, as limits count it: a pair on file and a decoy alike."""
        return bytes(self.pair).hex()


class Assisted(models.Model):
    """A link by which the Registration Authority lets one person in. Its token and its spoken code are hashed."""

    class Checked(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        VIDEO = "video", "By video"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    profile = models.ForeignKey(Profile, models.CASCADE)
    by = models.CharField(max_length=80)
    checked = models.CharField("how identity was checked", max_length=9, choices=Checked)
    checked_by = models.CharField(max_length=80)
    token_hash = models.BinaryField(max_length=32, unique=True)
    code_digest = models.BinaryField(max_length=32)
    tries = models.PositiveSmallIntegerField(default=0)
    notice = models.ForeignKey(Mail, models.SET_NULL, null=True)
    browser_hash = models.BinaryField(max_length=32, null=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    proved_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    attempt = models.OneToOneField(Attempt, models.SET_NULL, null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(tries__lte=5), name="assisted_at_most_5_tries"),)
        indexes = (models.Index(fields=("profile", "-created_at"), name="assisted_of_profile"),)

    def __str__(self) -> str:
        return f"assisted registration of {self.created_at:%Y-%m-%d %H:%M}"


class EmailCode(models.Model):
    """The newest code of an attempt: an HMAC over attempt, purpose and code."""

    attempt = models.OneToOneField(Attempt, models.CASCADE, primary_key=True)
    digest = models.BinaryField(max_length=32)
    sends = models.PositiveSmallIntegerField(default=1)
    tries = models.PositiveSmallIntegerField(default=0)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(tries__lte=5), name="email_code_at_most_5_tries"),)

    def __str__(self) -> str:
        return f"code of {self.attempt_id}"


class SpentProof(models.Model):
    """A proof of work that was used, kept until it would be refused for its age alone."""

    id = models.CharField(primary_key=True, max_length=40)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.id
