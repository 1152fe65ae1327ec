"""The pages of an error say what may have happened to whoever sees them, and lead on."""

import pytest
from django.conf import settings
from django.test import Client

from tests.desk.door.admins import role

pytestmark = pytest.mark.django_db
GO_ON = "Go on where you were"


def test_an_account_without_the_right_is_told_so_and_not_that_a_page_was_out_of_date(organisation):
    answer = role("RA agent", organisation).get("/admin/auth/user/")
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Your account does not give you this page" in page
    assert "cookies" not in page.partition("<main")[2].partition("</main>")[0]


def test_a_page_that_is_not_there_leads_on_only_where_something_was_begun():
    client = Client()
    assert GO_ON not in client.get("/nothing/").content.decode()
    client.cookies[settings.ATTEMPT_COOKIE] = "of an attempt"
    assert GO_ON in client.get("/nothing/").content.decode()
