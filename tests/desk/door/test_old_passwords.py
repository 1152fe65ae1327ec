"""A new password at the desk: the old one is asked for, and a wrong one counts as a wrong one at the door does."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from careid.limits import limits
from careid.trail.models import Event
from tests.desk.door.admins import PASSWORD, stale

pytestmark = pytest.mark.django_db
PAGE = "/admin/password_change/"
NEW = "another kettle in orbit"  # made up for the tests


def change(client, old):
    return client.post(PAGE, {"old_password": old, "new_password1": NEW, "new_password2": NEW})


def test_five_wrong_old_passwords_lock_and_each_leaves_an_event(admin):
    admin.enrol()
    assert [change(admin.client, "wrong").status_code for _ in range(6)] == [200] * 5 + [429]
    locked = change(admin.client, PASSWORD)
    assert (locked.status_code, 0 < int(locked["Retry-After"]) <= 900) == (429, True)
    assert User.objects.get().check_password(PASSWORD)
    refused = Event.objects.filter(name="admin.sign_in_refused")
    assert [(one.reason, one.details) for one in refused] == [("old_password", {"admin": User.objects.get().pk})] * 5
    assert Event.objects.filter(name="admin.locked").count() == 1


def test_right_ones_are_not_counted(admin):
    admin.enrol()
    answers = [admin.client.post(PAGE, {"old_password": PASSWORD, "new_password1": "x", "new_password2": "y"})] * 7
    assert {answer.status_code for answer in answers} == {200}
    assert change(admin.client, PASSWORD).status_code == 302


def test_the_factor_is_asked_for_again_and_no_password_waits_in_the_session(admin):
    stale(admin.enrol().client)
    for answer in (admin.client.get(PAGE), change(admin.client, PASSWORD)):
        assert answer["Location"] == f"/admin/login/second/?next={PAGE.replace('/', '%2F')}"
    assert User.objects.get().check_password(PASSWORD)
    assert admin.use_passkey()["Location"] == "/admin/"
    page = admin.client.get(PAGE)
    assert (page.status_code, PASSWORD in page.content.decode()) == (200, False)


def test_an_invitation_hashes_ten_passwords_in_a_quarter_of_an_hour(admin):
    admin.invited()
    chosen = [admin.choose_password().status_code for _ in range(limits.INVITED_PASSWORDS.most + 1)]
    assert chosen == [302] * limits.INVITED_PASSWORDS.most + [429]
    assert Client().get(admin.link).status_code == 200
