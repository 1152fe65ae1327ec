"""The trail and the seals over it."""

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from careid.trail.names import EventName


def event_names() -> list[tuple[str, str]]:
    """A callable, so that a new name needs no migration."""
    return EventName.choices


class Event(models.Model):
    """What happened, for ever: no foreign key, no update, no delete (triggers of migration 0001 refuse both)."""

    sequence = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=40, choices=event_names)
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=40, blank=True)
    actor = models.CharField(max_length=80)
    profile_id = models.BigIntegerField(null=True)
    organisation = models.CharField(max_length=12, blank=True)
    authenticator_id = models.UUIDField(null=True)
    attempt_id = models.UUIDField(null=True)
    reference = models.CharField(max_length=7, blank=True)
    network = models.CharField(max_length=50, blank=True)
    browser = models.CharField(max_length=40, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(
                fields=("profile_id", "-sequence"),
                name="event_of_profile",
                condition=Q(profile_id__isnull=False),
            ),
            models.Index(fields=("reference",), name="event_of_reference", condition=~Q(reference="")),
            models.Index("at", name="event_at"),
            models.Index(fields=("organisation", "at"), name="event_of_organisation"),
            models.Index(fields=("name", "outcome", "at"), name="event_named"),
            models.Index(
                fields=("outcome", "at"), include=("reason",), condition=~Q(outcome="ok"), name="event_not_ok"
            ),
            models.Index(
                KeyTextTransform("client", "details"), "at", condition=~Q(outcome="ok"), name="event_of_client_not_ok"
            ),
        )

    def __str__(self) -> str:
        return f"{self.sequence} {self.name} {self.outcome}"


class Seal(models.Model):
    """A part of the trail under an HMAC that covers the seal before it (`careid.trail.seals`); append only as well."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    last = models.BigIntegerField("last event that it covers")
    count = models.PositiveIntegerField("how many it covers")
    form = models.PositiveSmallIntegerField("how they are written out")
    rotated = models.BigIntegerField("seal up to which events were rotated away", null=True)
    key_id = models.CharField(max_length=16)
    mac = models.BinaryField(max_length=32)

    class Meta:
        indexes = (models.Index(fields=("-number",), name="seal_rotations", condition=Q(rotated__isnull=False)),)

    def __str__(self) -> str:
        return f"{self.number} to {self.last}"
