"""What people do at which organisation, as services are told it. The rows come from a file."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from careid.people.models import Profile

WORDS_MOST = 200  # characters


def _words(most: int = WORDS_MOST) -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=most), default=list, blank=True)


class Role(models.Model):
    """One role of a person, named as the field's own claims name it (`nhsid_nrbac_roles`)."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="roles")
    person_roleid = models.CharField(max_length=40, unique=True)
    person_orgid = models.CharField(max_length=40)
    org_code = models.CharField(max_length=12)
    role_code = models.CharField(max_length=100)
    role_name = models.CharField(max_length=WORDS_MOST)
    activity_codes = _words(40)
    activities = _words()
    workgroups_codes = _words(40)
    workgroups = _words()
    aow_codes = _words(40)
    aow = _words()

    class Meta:
        ordering = ("role_name", "person_roleid")

    def __str__(self) -> str:
        return f"{self.role_name} ({self.org_code})"
