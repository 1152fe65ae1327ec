"""A file that somebody gave the desk: its lines are looked at, each by itself, before anything is done with them."""

import uuid

from django.db import models
from django.utils import timezone

from careid.people.models import Organisation
from careid.people.typed import EMAIL_MOST, NAME_MOST
from careid.storing.fields import EncryptedTextField

FAULT_MOST = 200  # characters


class Upload(models.Model):
    """One file. `about` is the key of what its lines are for, where they are for one thing."""

    class Purpose(models.TextChoices):
        INVITATIONS = "invitations", "People to invite"
        PEOPLE = "people", "People of a service that changes"

    class State(models.TextChoices):
        JUDGED = "judged", "Looked at"
        TAKEN = "taken", "Under way"
        DONE = "done", "Done"
        GIVEN_UP = "given_up", "Given up"

    class Wanted(models.TextChoices):
        ALL = "all", "All of them, or none"
        VALID = "valid", "Those without an error"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    purpose = models.CharField(max_length=11, choices=Purpose)
    about = models.CharField(max_length=40, blank=True)
    by = models.CharField(max_length=80)
    rows = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.JUDGED)
    wanted = models.CharField(max_length=5, choices=Wanted, blank=True)
    at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index("at", name="upload_at"),)

    def __str__(self) -> str:
        return f"{self.purpose} of {self.at:%Y-%m-%d %H:%M}"


class UploadLine(models.Model):
    """One line, by its number in the file. A good one has no `fault`; a bad one may have nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)  # known before it is written: `note` is tied to it
    upload = models.ForeignKey(Upload, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    fault = models.CharField(max_length=FAULT_MOST, blank=True)
    email = models.CharField(max_length=EMAIL_MOST, blank=True)
    given_name = models.CharField(max_length=NAME_MOST, blank=True)
    family_name = models.CharField(max_length=NAME_MOST, blank=True)
    organisation = models.CharField(max_length=Organisation._meta.get_field("code").max_length or 12, blank=True)
    way = models.CharField(max_length=10, blank=True)
    note = EncryptedTextField(null=True)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("upload", "number"), name="upload_line_once"),)

    def __str__(self) -> str:
        return f"line {self.number}"
