"""Organisations, and the people who belong to them."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from careid.people.folding import email_start, name_start
from careid.storing.fields import FingerprintField

USER_HANDLE_BYTES = 32
LATELY: Final = timedelta(days=7)


def new_user_handle() -> bytes:
    """A WebAuthn user handle: random, so that it names nobody (W3C WebAuthn level 3, 14.6.1)."""
    return secrets.token_bytes(USER_HANDLE_BYTES)


class Organisation(models.Model):
    code = models.CharField(
        "ODS code",
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9]{2,12}$", "Use 2 to 12 capital letters and digits.")],
    )
    name = models.CharField(max_length=200, blank=True)
    takes_part = models.BooleanField(
        "takes part in self-service",
        default=True,
        help_text="Where this is off, nobody of this organisation can add an authenticator here.",
    )
    kinds_off = ArrayField(
        models.CharField(max_length=20),
        verbose_name="kinds it does not take part in",
        default=list,
        blank=True,
    )
    nhsnet_beta = models.BooleanField(
        "takes part in NHS.net Connect",
        default=False,
        db_default=False,
        help_text="The private beta. Where this is off, its people are not offered an NHS.net Connect account.",
    )
    email_domains = ArrayField(
        models.CharField(max_length=253),
        default=list,
        blank=True,
        help_text="Domains of its staff's addresses, separated by commas: for information.",
    )
    ra_name = models.CharField("Registration Authority", max_length=200, blank=True)
    ra_email = models.EmailField("its email address", blank=True)
    ra_phone = models.CharField("its telephone number", max_length=40, blank=True)
    ra_hours = models.CharField("its hours", max_length=200, blank=True)
    staff = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="organisations",
        verbose_name="who looks after its people at the desk",
        blank=True,
    )

    class Meta:
        ordering = ("name", "code")
        constraints = (
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9]{2,12}$"), name="organisation_code_is_ods"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.code})" if self.name else self.code


class Profile(models.Model):
    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    user_id = models.CharField("user id", max_length=12, unique=True)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    email = models.EmailField(null=True, blank=True)
    nino_fingerprint = FingerprintField(null=True, blank=True, editable=False)
    identity_level = models.PositiveSmallIntegerField(default=0)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False)  # profile_of_organisation serves it
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    closed_reason = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=20, default="import")
    previous_email = models.EmailField(null=True, blank=True)
    email_changed_at = models.DateTimeField(null=True, blank=True)
    nino_changed_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(
        null=True, blank=True
    )  # "this was not me": nothing is added until it is looked at
    invited_at = models.DateTimeField(null=True, blank=True)  # to add an authenticator, the last time
    user_handle = models.BinaryField(max_length=USER_HANDLE_BYTES, default=new_user_handle, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        permissions = (
            ("change_email", "Can change an email address"),
            ("change_number", "Can set a National Insurance number"),
            ("check_number", "Can check a National Insurance number"),
            ("unlock_profile", "Can lift locks"),
            ("close_profile", "Can close and reopen a profile"),
            ("invite_profile", "Can invite to add an authenticator"),
            ("assist_profile", "Can start an assisted registration"),
            ("export_profile", "Can save people as a file"),
            ("see_dashboard", "Can see the dashboard"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(user_id__regex=r"^[0-9]{12}$"), name="profile_user_id_is_12_digits"),
            models.CheckConstraint(condition=Q(identity_level__lte=3), name="profile_identity_level_0_to_3"),
            models.CheckConstraint(condition=Q(state__in=["open", "closed"]), name="profile_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="open", closed_reason="") | (Q(state="closed") & ~Q(closed_reason="")),
                name="profile_closed_has_a_reason",
            ),
            models.CheckConstraint(condition=~Q(email=""), name="profile_email_is_null_or_filled"),
            models.CheckConstraint(
                condition=Q(nino_fingerprint__isnull=True)
                | Q(nino_fingerprint__regex=r"^[A-Za-z0-9]{1,16}:[0-9a-f]{64}$"),
                name="profile_nino_is_a_fingerprint",
            ),
            models.UniqueConstraint(Lower("email"), condition=Q(state="open"), name="profile_email_once_among_open"),
            models.UniqueConstraint("nino_fingerprint", condition=Q(state="open"), name="profile_nino_once_among_open"),
        )
        indexes = (
            email_start("profile_email_start"),
            models.Index(F("nino_fingerprint"), name="profile_nino"),
            name_start("profile_folded_start"),
            models.Index(  # the release before asks it; nothing here does
                OpClass(Lower("family_name"), name="text_pattern_ops"),
                OpClass(Lower("given_name"), name="text_pattern_ops"),
                name="profile_name_start",
            ),
            # What the desk lists and counts, each of one organisation and in the list's order.
            models.Index(fields=("organisation", "id"), include=("state",), name="profile_of_organisation"),
            *(
                models.Index(fields=("organisation", "id"), condition=condition, name=f"profile_{name}")
                for name, condition in {
                    "closed": Q(state="closed"),
                    "no_email": Q(email__isnull=True),
                    "no_number": Q(nino_fingerprint__isnull=True),
                    "invited": Q(invited_at__isnull=False),
                }.items()
            ),
        )

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @classmethod
    def locked(cls, pk: int) -> "Profile":
        """A profile, its row locked until the transaction ends: before any other row, so that no two wait crosswise.

        A row that only refers to it (a new attempt, an event) does not wait. DoesNotExist where there is none.
        """
        return cls.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=pk)

    def rekey(self, old: str, new: str) -> None:
        """Keep the number that is `old` under an earlier index key under that of `new`: two forms of one number.

        It is no change of the number, so nobody is told. Where the profile holds another meanwhile, that one stays. A
        closed profile with that number is kept under the new key too: else nothing keeps it from being reopened.
        """
        if old != new:
            these = Q(pk=self.pk) | Q(state=self.State.CLOSED)
            type(self).objects.filter(these, nino_fingerprint=old).update(nino_fingerprint=new)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def changed_lately(self, at: datetime) -> bool:
        """Whether its email address or its number was changed in the seven days before `at`."""
        return any(changed and at - changed < LATELY for changed in (self.email_changed_at, self.nino_changed_at))
