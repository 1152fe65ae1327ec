"""The services that people sign in to with what they add here."""

from django.conf import settings
from django.core.cache import cache
from django.db import models


class Service(models.Model):
    """A service that accepts authenticators at AAL2."""

    name = models.CharField(max_length=200, unique=True)
    address = models.URLField(blank=True)
    description = models.CharField(max_length=200, blank=True)
    owners = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="services",
        verbose_name="who looks after its moves at the desk",
        blank=True,
    )

    class Meta:
        ordering = ("name",)
        verbose_name = "service to sign in to"
        verbose_name_plural = "services to sign in to"

    def __str__(self) -> str:
        return self.name

    @classmethod
    def shown(cls) -> "list[Service]":
        """All services, as they were at most a minute ago: each confirmation and its mail lists them."""
        return cache.get_or_set("services", lambda: list(cls.objects.all()), 60) or []
