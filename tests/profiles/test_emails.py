"""Another email address on a profile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from profiles import emails

pytestmark = pytest.mark.django_db
BY = {"by": "admin:7", "note": "Seen in person"}


def test_the_old_address_is_kept_with_its_date(person):
    old = person.email
    emails.change_email(profile=person, email="new@example.nhs.uk", reason="correction", **BY)
    person.refresh_from_db()
    assert (person.email, person.previous_email) == ("new@example.nhs.uk", old)
    assert timezone.now() - person.email_changed_at < timedelta(minutes=1)
