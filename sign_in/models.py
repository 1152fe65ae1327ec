"""Who is here now: one try to sign in, the session that it opens, each proof within it, and the browsers that were."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from authenticators.models import Authenticator
from careid.people.models import Profile
from careid.storing.fields import EncryptedJSONField
from sign_in.words import Ended


class Visit(models.Model):
    """One try to sign in. The browser holds a 256-bit token; the row keeps its SHA-256, and is written by a first POST.

    It goes on to a page of ours, by the name of its URL and an id, never to an address that somebody gave.
    """

    class Purpose(models.TextChoices):
        ACCOUNT = "account"  # to my own account
        WORKS = "works"  # to see that what was just added works
        REMOVE = "remove"  # to take an authenticator away, proved afresh
        FORGOTTEN = "forgotten"  # not to sign in: to make a new password for an app
        SERVICE = "service"  # a service asks

    id = models.UUIDField(primary_key=True)
    token_hash = models.BinaryField(max_length=32, unique=True)
    purpose = models.CharField(max_length=9, choices=Purpose, default=Purpose.ACCOUNT)
    kinds = ArrayField(models.CharField(max_length=20), default=list)  # none: whichever
    level = models.PositiveSmallIntegerField(default=2)
    fresh = models.BooleanField(default=False)  # whoever is here already proves it again
    profile = models.ForeignKey(Profile, models.CASCADE, null=True)  # who is to sign in, where that is known
    authenticator_id = models.UUIDField(null=True)  # what it is about
    then = models.CharField(max_length=40, default="account")
    then_id = models.UUIDField(null=True)  # of what that page is about, or of the service's request
    origin = models.CharField(max_length=300, blank=True)  # that it leaves for in the end, for `form-action` alone
    client = models.CharField(max_length=120, blank=True, default="", db_default="")  # that asks: a client's id
    service = models.CharField(max_length=200, blank=True, default="", db_default="")  # its name, for the pages
    pending: Any = EncryptedJSONField(default=dict, null=True)
    refused = models.CharField(max_length=40, blank=True)  # the last reason, for its page
    refused_kind = models.CharField(max_length=20, blank=True)
    refused_authenticator_id = models.UUIDField(null=True)
    sign_in = models.ForeignKey("SignIn", models.SET_NULL, null=True, related_name="+")  # that ended it
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    token: str = ""  # what the browser holds, or is to be given
    pressed: str = ""  # what its request brings

    class Meta:
        indexes = (models.Index("started_at", name="visit_started"),)

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    @property
    def is_new(self) -> bool:
        """Whether no row was written yet."""
        return self._state.adding

    @property
    def is_over(self) -> bool:
        forgotten = self.purpose == self.Purpose.FORGOTTEN
        life = settings.FORGOTTEN_LIFE if forgotten else settings.VISIT_LIFE
        return self.ended_at is not None or timezone.now() >= self.started_at + life


class Session(models.Model):
    """A person who is here, in one browser. Its id is public (`sid`), and never used twice.

    It stands on its newest sign-in: once that one's authenticator, or the profile, is not to be used, nobody is here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    profile = models.ForeignKey(Profile, models.CASCADE, related_name="sessions")
    token_hash = models.BinaryField(max_length=32, unique=True)
    newest = models.ForeignKey("SignIn", models.CASCADE, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=40, blank=True)
    browser = models.CharField(max_length=40, blank=True)
    network = models.CharField(max_length=50, blank=True)

    class Meta:
        permissions = (("end_sessions", "Can sign people out"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_reason="") | (Q(ended_at__isnull=False) & ~Q(ended_reason="")),
                name="session_ended_has_a_reason",
            ),
        )
        indexes = (
            models.Index("profile", condition=Q(ended_at=None), name="session_of_profile_open"),
            models.Index("last_seen_at", condition=Q(ended_at=None), name="session_open_seen"),
            models.Index("started_at", name="session_started"),
            models.Index("started_at", condition=Q(ended_at=None), name="session_open_started"),
            models.Index("ended_at", condition=Q(ended_at__isnull=False), name="session_ended"),
            models.Index("profile", "ended_at", condition=Q(ended_reason="idle"), name="session_of_profile_idle"),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def deadline(self) -> datetime:
        """When it ends, if nothing is done before."""
        return min(self.last_seen_at + settings.SESSION_IDLE, self.newest.at + settings.SESSION_LIFE)

    @property
    def seconds_left(self) -> int:
        return max(0, int((self.deadline - timezone.now()).total_seconds()))

    @property
    def may_stay(self) -> bool:
        """Whether doing something gives more time: not once its whole length is the nearer end."""
        return self.deadline == self.last_seen_at + settings.SESSION_IDLE

    def why_dead(self, now: datetime) -> str:
        """Why nobody is here any more at that time: one of Ended, or what the row keeps; empty while somebody is.

        What stands idle is over once what it was with may not be used, and is that of its browser until then.
        """
        if self.ended_reason not in {"", Ended.IDLE}:
            return self.ended_reason
        if now < self.newest.at + settings.SESSION_LIFE and not self.newest.stands(now, self.profile):
            return Ended.NOT_USABLE
        if self.ended_at is None and now < self.deadline:
            return ""
        return Ended.IDLE if self.ended_at or self.may_stay else Ended.OVER

    def resumes(self, now: datetime) -> bool:
        """Whether the same person's next sign-in in this browser goes on with it, `sid` included."""
        lasts = now < self.newest.at + settings.SESSION_LIFE
        return lasts and self.why_dead(now) in {"", Ended.IDLE}


class SignIn(models.Model):
    """One proof within a session: with what, when and for whom."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    # Its id alone: a sign-in is kept for longer than its session.
    session = models.ForeignKey(Session, models.DO_NOTHING, db_constraint=False, related_name="sign_ins")
    profile = models.ForeignKey(Profile, models.CASCADE, related_name="sign_ins")
    authenticator = models.ForeignKey(Authenticator, models.PROTECT, related_name="sign_ins")
    visit_id = models.UUIDField()  # which try it answers: freshness is by this, never by whole seconds
    at = models.DateTimeField(default=timezone.now)
    level = models.PositiveSmallIntegerField()
    amr = models.CharField(max_length=40)
    acr = models.CharField(max_length=40)
    client = models.CharField(max_length=120, blank=True)  # that asked; none for one's own account
    service = models.CharField(max_length=200, blank=True, default="", db_default="")  # its name at the time
    browser = models.CharField(max_length=40, blank=True)
    network = models.CharField(max_length=50, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("profile", "-at"), name="sign_in_of_profile"),
            models.Index(fields=("authenticator", "-at"), name="sign_in_with"),
            models.Index("at", name="sign_in_at"),
            models.Index(fields=("client", "at"), include=("amr",), condition=~Q(client=""), name="sign_in_for_client"),
        )

    def __str__(self) -> str:
        return f"{self.amr} {self.at:%Y-%m-%d %H:%M}"

    def stands(self, now: datetime, profile: Profile | None = None) -> bool:
        """Whether what it was with may be used at that time, and its person may sign in. `profile`: theirs, if read."""
        one, theirs = self.authenticator, profile or self.profile
        again = one.state_reason and one.state_changed_at > self.at  # stopped and reinstated meanwhile
        return theirs.is_open and theirs.reported_at is None and one.usable(now) and not again

    def is_over(self, now: datetime) -> bool:
        """Whether nothing that a service was given for it holds any more; a session that stands idle ends nothing."""
        ended = self.session.ended_reason not in {"", Ended.IDLE}
        return ended or now >= self.at + settings.SESSION_LIFE or not self.stands(now)


class KnownBrowser(models.Model):
    """A browser in which somebody has signed in: by the hash of a random word that it keeps. It opens nothing."""

    token_hash = models.BinaryField(max_length=32)
    profile = models.ForeignKey(Profile, models.CASCADE, related_name="known_browsers")
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("token_hash", "profile"), name="known_browser_once"),)
        indexes = (models.Index("last_at", name="known_browser_last"),)

    def __str__(self) -> str:
        return f"browser {self.pk}"
