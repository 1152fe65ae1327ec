"""Services that rely on us: who they are, what they asked and were given, and whether they heard that it is over."""

import uuid
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from careid.people.models import Profile
from careid.people.services import Service
from careid.storing.fields import EncryptedJSONField
from sign_in.models import SignIn

ID_MOST: Final = 120  # characters of a client's id
ADDRESS_MOST: Final = 2_000


class Client(models.Model):
    """A relying party. Its fields are named as OAuth and OpenID Connect name them at a registration (RFC 7591)."""

    class Authentication(models.TextChoices):
        KEY = "private_key_jwt", "by its key (private_key_jwt)"
        BASIC = "client_secret_basic", "by a secret in the header (client_secret_basic)"
        POST = "client_secret_post", "by a secret in the body (client_secret_post)"
        PUBLIC = "none", "not at all: an app of the browser or the phone, held to PKCE"

    class Assertion(models.TextChoices):
        RS512 = "RS512"
        RS384 = "RS384"
        RS256 = "RS256"
        PS256 = "PS256"
        ES256 = "ES256"

    class Signature(models.TextChoices):
        RS256 = "RS256"
        PS256 = "PS256"
        ES256 = "ES256"

    service = models.ForeignKey(Service, models.PROTECT, related_name="clients")
    client_id = models.CharField("client id", max_length=ID_MOST, unique=True)
    is_on = models.BooleanField("may sign people in", default=True)
    token_endpoint_auth_method = models.CharField(
        "proves who it is", max_length=20, choices=Authentication, default=Authentication.KEY
    )
    token_endpoint_auth_signing_alg = models.CharField(
        "signs with", max_length=5, choices=Assertion, default=Assertion.RS512
    )
    jwks: Any = models.JSONField("its public keys", null=True, blank=True)
    jwks_uri = models.CharField("address of its public keys", max_length=ADDRESS_MOST, blank=True)
    fetched_jwks: Any = models.JSONField(null=True, editable=False)
    fetched_at = models.DateTimeField(null=True, editable=False)
    fetch_tried_at = models.DateTimeField(null=True, editable=False)
    fetch_fault = models.CharField(
        max_length=40, blank=True, editable=False
    )  # of the last try; none where it went well
    secret_hash = models.BinaryField(max_length=32, null=True)  # SHA-256 of 256 random bits
    old_secret_hash = models.BinaryField(max_length=32, null=True)
    old_secret_until = models.DateTimeField(null=True, editable=False)
    redirect_uris = ArrayField(models.CharField(max_length=ADDRESS_MOST), verbose_name="redirect addresses")
    post_logout_redirect_uris = ArrayField(
        models.CharField(max_length=ADDRESS_MOST), verbose_name="addresses after signing out", default=list, blank=True
    )
    backchannel_logout_uri = models.CharField("logout address", max_length=ADDRESS_MOST, blank=True)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    default_acr_values = models.CharField("level where it asks for none", max_length=200, default="AAL3_ANY")
    id_token_signed_response_alg = models.CharField(
        "its tokens are signed with", max_length=5, choices=Signature, default=Signature.RS256
    )
    needs_pkce = models.BooleanField("must use PKCE", default=True)
    needs_role = models.BooleanField("lets nobody in without a role", default=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("service__name", "client_id")
        verbose_name = "client of a service"
        verbose_name_plural = "clients of services"

    def __str__(self) -> str:
        return self.client_id

    @property
    def name(self) -> str:
        """What people are told is asking: needs the service's row."""
        return self.service.name

    @property
    def is_public(self) -> bool:
        return self.token_endpoint_auth_method == self.Authentication.PUBLIC


class Request(models.Model):
    """A client's request that a person's pages answer. It is found by that browser's visit, and ended once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    visit_id = models.UUIDField(unique=True)
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
            models.Index("made_at", name="logout_made"),
            models.Index(fields=("profile", "-made_at"), name="logout_of_profile"),
            models.Index("settled_at", condition=models.Q(state="failed"), name="logout_failed"),
        )

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"
