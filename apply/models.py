"""On the way to a profile: who was asked to come on file, and what they gave of themselves."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from careid.people.folding import email_start, name_start
from careid.people.models import Organisation, Profile
from careid.people.uploads import Upload
from careid.post.models import Mail
from careid.storing.fields import EncryptedTextField
from careid.trail.references import new_reference

CODES_MOST = 6  # sent, and wrong ones, before whoever invited has to invite again


class Invitation(models.Model):
    """One person whom the Registration Authority asks to come on file. Their link's token and code are hashed."""

    class State(models.TextChoices):
        SENT = "sent"
        OPENED = "opened"
        PROVED = "proved", "mailbox proved"
        FOUND = "found", "has a profile already"
        SUBMITTED = "submitted", "applied"
        APPROVED = "approved"
        REJECTED = "rejected"
        EXPIRED = "expired"
        CANCELLED = "cancelled"
        BLOCKED = "blocked", "blocked: too many codes"

    LIVE = (State.SENT, State.OPENED, State.PROVED)  # what the link still leads on from

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField(max_length=7, default=new_reference)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by = models.CharField("invited by", max_length=80)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    email = models.EmailField()
    note = EncryptedTextField(null=True)
    upload = models.ForeignKey(Upload, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.SENT)
    token_hash = models.BinaryField(max_length=32, unique=True)
    sends = models.PositiveSmallIntegerField(default=1)  # which of its links is the newest
    mail = models.ForeignKey(Mail, models.SET_NULL, null=True, related_name="+")  # of the newest link
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    reminds = models.BooleanField(default=True)  # off where something else reminds
    reminded = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    proved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    browser_hash = models.BinaryField(max_length=32, null=True, unique=True)
    code_digest = models.BinaryField(max_length=32, null=True)
    code_issued_at = models.DateTimeField(null=True)
    codes = models.PositiveSmallIntegerField(default=0)
    wrong = models.PositiveSmallIntegerField(default=0)
    profile = models.ForeignKey(Profile, models.SET_NULL, null=True, related_name="+")

    class Meta:
        permissions = (("invite_applicant", "Can invite somebody to apply for a profile"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(codes__lte=CODES_MOST, wrong__lte=CODES_MOST), name="invitation_at_most_6_codes"
            ),
            models.UniqueConstraint(
                Lower("email"),
                F("organisation"),
                condition=Q(state__in=("sent", "opened", "proved")),
                name="invitation_once_while_it_lives",
            ),
        )
        indexes = (
            models.Index(fields=("organisation", "-made_at"), name="invitation_of_organisation"),
            models.Index(
                fields=("expires_at",),
                name="invitation_lives_until",
                condition=Q(state__in=("sent", "opened", "proved")),
            ),
            models.Index(fields=("ended_at",), name="invitation_ended", condition=Q(ended_at__isnull=False)),
            models.Index(fields=("reference",), name="invitation_reference"),
            name_start("invitation_folded_start"),
            email_start("invitation_email_start"),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def in_trail(self) -> dict[str, Any]:
        """What each event about it names, as `record` takes it: whose it is, never who is on file."""
        return {"reference": self.reference, "organisation": self.organisation.code}


class Application(models.Model):
    """What an invited person who is not on file gave, how they were checked, and what was decided."""

    class State(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        REJECTED = "rejected"

    class Checked(models.TextChoices):
        IN_PERSON = "in_person", "Face to face"
        VIDEO = "video", "By video"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="application")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    given_name = models.CharField(max_length=100)  # as on their official identity
    family_name = models.CharField(max_length=100)
    date_of_birth = EncryptedTextField(null=True)  # ISO 8601
    number_fingerprints = ArrayField(models.CharField(max_length=81), default=list)  # under each key, the newest first
    born_fingerprint = models.CharField(max_length=81, blank=True)  # of names and date of birth
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    submitted_at = models.DateTimeField(default=timezone.now)
    checked = models.CharField("how identity was checked", max_length=9, choices=Checked, blank=True)
    checked_by = models.CharField(max_length=80, blank=True)
    checked_at = models.DateTimeField(null=True)
    route = models.CharField(max_length=20, blank=True)
    documents = ArrayField(models.CharField(max_length=40), default=list)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    note = EncryptedTextField(null=True)
    wiped_at = models.DateTimeField(null=True)

    class Meta:
        permissions = (
            ("check_application", "Can record an identity check"),
            ("decide_application", "Can approve and reject an application"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="application_decided_knows_when",
            ),
        )
        indexes = (
            models.Index(fields=("organisation", "submitted_at"), name="application_of_organisation"),
            models.Index(fields=("submitted_at",), name="application_waiting", condition=Q(state="waiting")),
            models.Index(fields=("born_fingerprint",), name="application_born"),
            models.Index(fields=("decided_at",), name="application_decided", condition=Q(wiped_at__isnull=True)),
            name_start("application_folded_start"),
        )

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @classmethod
    def locked(cls, pk: object) -> "Application":
        """An application with its invitation, its row locked until the transaction ends."""
        rows = cls.objects.select_for_update(of=("self",), no_key=True)
        return rows.select_related("invitation__organisation", "organisation").get(pk=pk)
