"""What services asked and were given, and whether they heard that it is over. The services themselves: `registered`."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from careid.people.models import Profile
from careid.storing.fields import EncryptedJSONField
from provider.registered import ADDRESS_MOST, Client
from sign_in.models import SignIn

__all__ = ["Assertion", "ChosenRole", "Client", "Code", "Logout", "Request", "Token"]


class Request(models.Model):
    """A client's request that a person's pages answer. That browser's visit names it (`then_id`), and it ends once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    asked: Any = EncryptedJSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index("at", name="request_at"),)

    def __str__(self) -> str:
        return str(self.pk)


class Code(models.Model):
    """An authorization code, by the hash of its 256 bits: for one client, once, for a minute."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    code_hash = models.BinaryField(max_length=32, unique=True)
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    sign_in = models.ForeignKey(SignIn, models.CASCADE, related_name="+")
    redirect_uri = models.CharField(max_length=ADDRESS_MOST)
    nonce = models.TextField(blank=True)
    code_challenge = models.CharField(max_length=43, blank=True)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    role = models.CharField(max_length=40, blank=True)  # a person_roleid: the one that was chosen
    acr = models.CharField(max_length=40)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index("expires_at", name="code_expires"), models.Index("sign_in", name="code_of_sign_in"))

    def __str__(self) -> str:
        return str(self.pk)


class Token(models.Model):
    """An access token, by the hash of its 256 bits. It names the code that it came of, which may be gone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    token_hash = models.BinaryField(max_length=32, unique=True)
    code_id = models.UUIDField()
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    sign_in = models.ForeignKey(SignIn, models.CASCADE, related_name="+")
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    role = models.CharField(max_length=40, blank=True)
    acr = models.CharField(max_length=40)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index("expires_at", name="token_expires"), models.Index("code_id", name="token_of_code"))

    def __str__(self) -> str:
        return str(self.pk)


class Assertion(models.Model):
    """The `jti` of a client's assertion, by its hash, for as long as that could be sent again (RFC 7523, 3)."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="+", db_index=False)
    jti_hash = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("client", "jti_hash"), name="assertion_once"),)
        indexes = (models.Index("expires_at", name="assertion_expires"),)

    def __str__(self) -> str:
        return f"assertion {self.pk}"


class ChosenRole(models.Model):
    """The role that somebody chose in a session, and for which request: one that asks for another needs its own."""

    session_id = models.UUIDField(primary_key=True)
    person_roleid = models.CharField(max_length=40)
    request_id = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index("at", name="chosen_role_at"),)

    def __str__(self) -> str:
        return self.person_roleid


class Logout(models.Model):
    """A client was told of a person in a session, and is to hear of its end (OpenID back-channel logout 1.0)."""

    class State(models.TextChoices):
        LISTENING = "listening", "is told when it is over"
        DUE = "due", "is being told"
        TOLD = "told", "heard"
        FAILED = "failed", "did not hear"
        UNASKED = "unasked", "has no address to be told at"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session_id = models.UUIDField()
    client = models.ForeignKey(Client, models.CASCADE, related_name="+", db_index=False)
    profile = models.ForeignKey(Profile, models.CASCADE, related_name="+", db_index=False)
    made_at = models.DateTimeField(default=timezone.now)
    over_at = models.DateTimeField()  # the end of its newest sign-in's time, which a later one may put off
    state = models.CharField(max_length=9, choices=State, default=State.LISTENING)
    tries = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=40, blank=True)  # the last one: a status, or why there was none
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("session_id", "client"), name="logout_once"),)
        indexes = (
            models.Index("over_at", condition=models.Q(state="listening"), name="logout_listening"),
            models.Index("over_at", condition=models.Q(state="due"), name="logout_due"),
            models.Index("made_at", name="logout_made"),
            models.Index(fields=("profile", "-made_at"), name="logout_of_profile"),
            models.Index("settled_at", condition=models.Q(state="failed"), name="logout_failed"),
        )

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"
