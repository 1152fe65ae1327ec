"""The counters."""

from django.db import models


class LimitCount(models.Model):
    """How often a subject (an HMAC) met a limit in the window that ends at `until`."""

    limit = models.CharField(max_length=40)
    subject = models.BinaryField(max_length=32)
    until = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint("limit", "subject", name="limit_count_one_a_subject"),)
        indexes = (models.Index("until", name="limit_count_until"),)

    def __str__(self) -> str:
        return f"{self.limit} {self.count}"
