"""A service that changes how people sign in: by when, who they are, and what each of them was told and answered."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from apply.models import Invitation
from careid.people.folding import email_start, name_start
from careid.people.models import Organisation, Profile
from careid.people.services import Service
from careid.post.models import Mail
from careid.storing.fields import EncryptedTextField


class Move(models.Model):
    """What changes at a service, and between which two days. A page is made of it."""

    class State(models.TextChoices):
        DRAFT = "draft"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"

    service = models.ForeignKey(Service, models.PROTECT, related_name="moves")
    slug = models.SlugField("address", max_length=60, unique=True, help_text="The last part of its page's address.")
    title = models.CharField(max_length=100)
    what_changes = models.TextField(max_length=2000)
    who_is_affected = models.TextField(max_length=2000)
    whom_to_ask = models.TextField(max_length=2000)
    starts_on = models.DateField("the new way works from")
    ends_on = models.DateField("last day of the old way")
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT, editable=False)
    stopped = models.BooleanField(default=False, editable=False)  # none of its emails goes out
    made_by = models.CharField(max_length=80, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("-ends_on", "slug")
        permissions = (
            ("start_move", "Can start, stop and cancel a move, and change its last day"),
            ("load_people", "Can load the people of a move"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="move_starts_before_it_ends"),
        )

    def __str__(self) -> str:
        return self.title

    def days_left(self, today: date) -> int:
        """From this day to the last day of the old way."""
        return (self.ends_on - today).days


class Person(models.Model):
    """One person's part in a move. Their link's token is hashed."""

    class Way(models.TextChoices):
        TWO_FACTOR = "two_factor", "two-factor"
        SMARTCARD = "smartcard", "smartcard"

    class Answer(models.TextChoices):
        KEEP_SMARTCARD = "keep_smartcard", "Keeps the smartcard"
        WANTS_CALL = "wants_call", "Wants a call"
        NO_MFA = "no_mfa", "Does not want the new way"
        NO_LONGER_MFA = "no_longer_mfa", "No longer needs it"
        NO_LONGER_ACCESS = "no_longer_access", "No longer needs the service"
        NO_PHONE = "no_phone", "Not on a phone or tablet"
        NO_INVITATION = "no_invitation", "Had no invitation"

    class Call(models.TextChoices):
        NONE = ""
        WANTED = "wanted"
        DONE = "done"

    NO = (Answer.NO_MFA, Answer.NO_LONGER_MFA, Answer.NO_LONGER_ACCESS)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    move = models.ForeignKey(Move, models.CASCADE, related_name="people")
    email = models.EmailField()
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    way = models.CharField("today's way", max_length=10, choices=Way)
    profile = models.ForeignKey(Profile, models.SET_NULL, null=True, related_name="+")
    invitation = models.ForeignKey(Invitation, models.SET_NULL, null=True, related_name="+")
    token_hash = models.BinaryField(max_length=32, unique=True)
    answer = models.CharField(max_length=20, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True)
    call = models.CharField(max_length=6, choices=Call, blank=True, default=Call.NONE)
    when_words = EncryptedTextField(null=True)  # when a call suits
    called_at = models.DateTimeField(null=True)
    called_by = models.CharField(max_length=80, blank=True)
    mailed_on = models.DateField(null=True)  # the first email about it

    class Meta:
        verbose_name = "person in a move"
        verbose_name_plural = "people in moves"
        permissions = (("help_person", "Can note that a person in a move was called"),)
        constraints = (models.UniqueConstraint("move", Lower("email"), name="person_once_in_a_move"),)
        indexes = (
            models.Index(fields=("organisation", "move"), name="person_of_organisation"),
            models.Index(fields=("organisation",), name="person_to_call", condition=Q(call="wanted")),
            name_start("person_folded_start"),
            email_start("person_email_start"),
        )

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def is_on_file(self) -> bool:
        """Whether an open profile was found for them."""
        return self.profile is not None and self.profile.is_open

    @property
    def own_profile(self) -> Profile | None:
        """Their profile where the same organisation has it: what they did in the move stands in its trail alone."""
        return self.profile if self.profile and self.profile.organisation_id == self.organisation_id else None


class Mailing(models.Model):
    """What a person was told about which last day: once each, whatever is run twice."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="mailings", db_index=False)
    ends_on = models.DateField()
    what = models.CharField(max_length=9)  # start, date, cancelled, or so many days before the last
    mail = models.ForeignKey(Mail, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "ends_on", "what"), name="mailing_once"),)
        indexes = (models.Index(fields=("person", "id"), name="mailing_newest"),)

    def __str__(self) -> str:
        return self.what
