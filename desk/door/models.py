"""How an admin gets in: an invitation, and the factors beside the password."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django_otp.models import Device

from authenticators.totp import otp
from careid.storing.fields import EncryptedTextField


class Invitation(models.Model):
    """A link that sets the password and the first factor, once. Only the newest of an account counts."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    token_hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.used_at is None and timezone.now() < self.expires_at and self.user.is_active


class Passkey(Device):
    """A passkey as a factor. One that is not `confirmed` was stopped: there may be a copy of it.

    Its public key stands in clear: whoever reads it can do nothing with it.
    """

    credential_id = models.CharField(max_length=1364, unique=True)  # base64url of 1,023 bytes at most
    user_handle = models.BinaryField(max_length=64)  # what the passkey says of whose it is
    public_key = models.TextField()  # COSE, base64url
    sign_count = models.BigIntegerField()
    backup_eligible = models.BooleanField()
    backed_up = models.BooleanField()
    transports = models.JSONField(default=list)
    aaguid = models.CharField(max_length=36)
    rp_id = models.CharField(max_length=253)  # empty where it was made before this was kept
    added_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return "passkey"

    @property
    def works_here(self) -> bool:
        """A passkey is tied to the host that it was made at."""
        return self.rp_id in {"", settings.RP_ID}


class App(Device):
    """An authenticator app as a factor. Its key is sealed; each code works once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)  # the key is sealed with it
    key = EncryptedTextField()
    last_step = models.BigIntegerField()
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return "authenticator app"

    @property
    def persistent_id(self) -> str:
        """How a session names it: django-otp reads numbers alone."""
        return f"{self.model_label()}/{self.pk.int}"

    def verify_token(self, token: str) -> bool:
        """Whether this is a code of now that was not used. The caller holds the row (`django_otp.verify_token`)."""
        step = otp.accepted_step(self.key, token, timezone.now())
        if step is None or step <= self.last_step:
            return False
        self.last_step = step
        self.save(update_fields=["last_step"])
        return True
