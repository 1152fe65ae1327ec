"""The outbox."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from careid.people.models import Profile
from careid.storing.fields import EncryptedJSONField


class Mail(models.Model):
    """The outbox. What it says is sealed, and wiped once it is sent or given up."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        DROPPED = "dropped", "dropped: nobody to tell"
        EXPIRED = "expired", "expired before it could be sent"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    template = models.CharField(max_length=40)
    profile = models.ForeignKey(Profile, models.CASCADE, null=True)
    reference = models.CharField(max_length=7, blank=True)
    organisation = models.CharField(max_length=12, blank=True, db_default="")  # the person's, when it was written
    about = models.CharField(max_length=40, blank=True, db_default="")  # what may be stopped as a whole: `move:7`
    content = EncryptedJSONField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    queued_at = models.DateTimeField(default=timezone.now)
    not_after = models.DateTimeField(null=True)
    allowed = models.BooleanField(default=False)  # within what one person may be told an hour
    refusals = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    answer = models.CharField("the mail server's answer", max_length=40, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state="queued", content__isnull=False) | (~Q(state="queued") & Q(content__isnull=True)),
                name="mail_settled_is_wiped",
            ),
        )
        indexes = (
            models.Index(fields=("profile", "-queued_at"), name="mail_of_profile"),
            models.Index(fields=("queued_at",), name="mail_waiting", condition=Q(state="queued")),
            models.Index(fields=("queued_at",), name="mail_done_with", condition=~Q(state="queued")),  # to be purged
            models.Index(fields=("about", "queued_at"), name="mail_about", condition=Q(state="queued") & ~Q(about="")),
            models.Index(fields=("settled_at",), name="mail_settled", condition=Q(settled_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.template} {self.state}"

    def worth_sending(self, now: datetime) -> bool:
        return self.not_after is None or now < self.not_after
