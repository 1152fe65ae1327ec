"""What people do at which organisation, as services are told it. The rows come from a file."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from careid.people.models import Profile

WORDS_MOST = 200  # characters
CODE_MOST = 40


def _words(most: int = WORDS_MOST) -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=most), default=list, blank=True)


class Role(models.Model):
    """One role of a person, named as the field's own claims name it (`nhsid_nrbac_roles`)."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="roles")
    person_roleid = models.CharField(max_length=CODE_MOST, unique=True)
    person_orgid = models.CharField(max_length=CODE_MOST)
    org_code = models.CharField(max_length=12)
    role_code = models.CharField(max_length=100)
    role_name = models.CharField(max_length=WORDS_MOST)
    activity_codes = _words(CODE_MOST)
    activities = _words()
    workgroups_codes = _words(CODE_MOST)
    workgroups = _words()
    aow_codes = _words(CODE_MOST)
    aow = _words()

    org_name: str = ""  # its organisation's, where a query brings that along

    class Meta:
        ordering = ("role_name", "person_roleid")

    def __str__(self) -> str:
        return f"{self.title} ({self.org_code})"

    @property
    def title(self) -> str:
        """What the role is called: the last part of `"Clinical":"Clinical Provision":"Nurse Access Role"`."""
        return self.role_name.rpartition('":"')[2].strip('"') or self.role_name

    @property
    def at(self) -> str:
        """At which organisation: its name and code."""
        return f"{self.org_name} ({self.org_code})" if self.org_name else self.org_code
