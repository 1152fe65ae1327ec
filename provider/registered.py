"""Services that rely on us, as they are registered."""

from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from careid.people.services import Service

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
