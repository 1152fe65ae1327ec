"""The page of one authenticator at the desk, in words."""

import pytest

from authenticators.models import Authenticator
from tests import kinds
from tests.desk.door.admins import role

pytestmark = pytest.mark.django_db


def test_the_page_says_who_added_it_by_name_and_its_details_in_words(person):
    agent = role("RA agent", person.organisation)
    by = f"admin:{agent.session['_auth_user_id']}"
    details = {"landed": "this_device"}
    one = Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="x", material={}, added_by=by, details=details
    )
    page = agent.get(f"/admin/authenticators/authenticator/{one.pk}/change/").content.decode()
    assert by not in page
    assert "landed: this device" in page
    assert '{"' not in page.partition('id="content"')[2].partition("</main>")[0]
