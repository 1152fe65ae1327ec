"""Who may do what to the desk's accounts, their groups and their own factors; each change leaves its event."""

import pyotp
import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django_otp import devices_for_user

from careid.people.models import Organisation
from careid.trail.models import Event
from desk.door import factors
from desk.door.models import Passkey
from tests.desk.door.admins import PASSWORD, signed_in
from tests.desk.door.conftest import Admin

ADD = "/admin/factors/passkey/"
USERS, GROUPS = "/admin/auth/user/", "/admin/auth/group/"


def events(name):
    return list(Event.objects.filter(name=name).order_by("sequence"))


@pytest.fixture
def clerk(db, group):
    user = User.objects.create_user("clerk@example.nhs.uk", is_staff=True)
    user.groups.add(group)
    return user


def test_a_superuser_switches_an_account_off_and_changes_its_groups(admin_client, admin_user, clerk):
    other = Group.objects.get_or_create(name="Auditor")[0]
    page = f"{USERS}{clerk.pk}/change/"
    assert admin_client.post(page, {"first_name": "Cleo", "groups": [other.pk]}).status_code == 302
    clerk.refresh_from_db()
    assert (clerk.first_name, clerk.is_active, list(clerk.groups.all())) == ("Cleo", False, [other])
    [event] = events("admin.changed")
    assert event.actor == f"admin:{admin_user.pk}"
    assert event.details == {"admin": clerk.pk, "changed": ["first_name", "is_active", "groups"]}


def test_a_superuser_says_whose_people_an_account_sees(admin_client, clerk, organisation):
    Organisation.objects.create(code="RX2")
    page = f"{USERS}{clerk.pk}/change/"
    kept = {"is_active": "on", "groups": [group.pk for group in clerk.groups.all()]}
    assert admin_client.post(page, {**kept, "organisations": "rx2, RX1"}).status_code == 302
    assert set(clerk.organisations.values_list("code", flat=True)) == {"RX1", "RX2"}
    told = events("admin.changed")
    assert {event.organisation for event in told} == {"RX1", "RX2"}
    assert told[-1].details == {"admin": clerk.pk, "changed": ["organisations"]}
    assert "RX1 RX2</textarea>" in admin_client.get(page).content.decode()
    admin_client.post(page, {**kept, "organisations": "RX2 RX1"})
    assert len(events("admin.changed")) == len(told)
    wrong = admin_client.post(page, {**kept, "organisations": "RX1 ZZ9"})
    assert "No organisation has the code ZZ9" in wrong.content.decode()
    assert clerk.organisations.count() == 2


def test_no_page_sets_a_password_makes_a_superuser_or_deletes_an_account(admin_client, clerk):
    page = f"{USERS}{clerk.pk}/change/"
    fields = {
        "is_active": "on",
        "is_superuser": "on",
        "is_staff": "",
        "password": "x",
        "username": "other",
        "email": "a@b.c",
    }
    admin_client.post(page, fields)
    clerk.refresh_from_db()
    assert (clerk.is_superuser, clerk.is_staff, clerk.username, clerk.email) == (
        False,
        True,
        "clerk@example.nhs.uk",
        "",
    )
    assert admin_client.post(f"{USERS}{clerk.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.get(f"{USERS}add/").status_code == 403
    assert admin_client.get(f"{USERS}{clerk.pk}/password/").status_code != 200
    assert "delete_selected" not in admin_client.get(USERS).content.decode()


def test_nobody_switches_themselves_off(admin_client, admin_user):
    admin_client.post(f"{USERS}{admin_user.pk}/change/", {"first_name": "A"})
    admin_user.refresh_from_db()
    assert admin_user.is_active


def test_a_superuser_makes_changes_and_deletes_a_group(admin_client):
    permission = Permission.objects.get(codename="view_profile")
    admin_client.post(f"{GROUPS}add/", {"name": "Night desk", "permissions": [permission.pk]})
    made = Group.objects.get(name="Night desk")
    admin_client.post(f"{GROUPS}{made.pk}/change/", {"name": "Night desk"})
    admin_client.post(f"{GROUPS}{made.pk}/delete/", {"post": "yes"})
    assert [event.details for event in events("group.changed")] == [
        {"group": made.pk, "changed": ["name", "permissions"]},
        {"group": made.pk, "changed": ["permissions"]},
        {"group": made.pk, "changed": ["deleted"]},
    ]


def test_nobody_but_a_superuser_gives_rights_whatever_rights_they_have(clerk, group):
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    client = signed_in(Client(), clerk)
    for page in (USERS, f"{USERS}{clerk.pk}/change/", GROUPS, f"{GROUPS}{group.pk}/change/", f"{GROUPS}add/"):
        assert client.get(page).status_code == 403
        assert client.post(page, {"is_active": "on", "name": "x"}).status_code == 403
    assert "/admin/auth/" not in client.get("/admin/").content.decode().split("content-main")[1]


@pytest.mark.parametrize("path", ["desk/passkey/", "desk/app/", "desk/invitation/"])
def test_factors_and_invitations_have_no_page_of_the_admin(admin_client, path):
    assert admin_client.get(f"/admin/{path}").status_code == 404


def test_a_group_is_offered_no_right_of_an_app_that_left(admin_client, group):
    left = ContentType.objects.create(app_label="axes", model="accessattempt")
    Permission.objects.create(content_type=left, codename="view_accessattempt", name="Can view access attempt")
    page = admin_client.get(f"{GROUPS}{group.pk}/change/").content.decode()
    assert "Can lift a hold" in page
    assert "access attempt" not in page


class TestTheirOwnFactors:
    def test_one_whose_session_is_verified_adds_another_passkey(self, admin):
        admin.enrol()
        assert "How you sign in" in admin.client.get("/admin/factors/").content.decode()
        other = Admin()
        other.client = admin.client
        assert len(other.options_to_add(ADD)["excludeCredentials"]) == 1
        assert other.add_passkey(ADD)["Location"] == "/admin/factors/"
        assert events("admin.factor_added")[-1].details["by"] == "factor"
        assert Passkey.objects.count() == 2
        assert admin.client.get("/admin/factors/").content.decode().count('name="remove"') == 2

    def test_ten_are_enough(self, admin, monkeypatch):
        admin.enrol()
        monkeypatch.setattr(factors, "MOST", 1)
        other = Admin()
        other.client = admin.client
        assert "as many as there can be" in other.add_passkey(ADD).content.decode()
        assert Passkey.objects.count() == 1

    def test_one_is_removed_and_the_last_one_is_not(self, admin):
        admin.enrol()
        other = Admin()
        other.client = admin.client
        other.add_passkey(ADD)
        user = User.objects.get()
        first, second = devices_for_user(user)

        def remove(device):
            return admin.client.post("/admin/factors/", {"remove": factors.shown(device)["id"]}, follow=True)

        assert "It was removed." in remove(second).content.decode()
        assert "This is the only way you have to sign in" in remove(first).content.decode()
        assert "not there any more" in remove(second).content.decode()
        assert list(devices_for_user(user)) == [first]
        assert [event.details["factor"] for event in events("admin.factor_removed")] == ["passkey"]

    def test_nobody_removes_somebody_else_s(self, admin, make_admin):
        admin.enrol()
        other = make_admin("other@example.nhs.uk").enrol()
        [device] = devices_for_user(User.objects.get(username=admin.email))
        other.client.post("/admin/factors/", {"remove": factors.shown(device)["id"]})
        assert Passkey.objects.count() == 2

    def test_an_app_is_added_where_the_setting_is_on(self, admin, settings):
        admin.enrol()
        assert admin.client.get("/admin/factors/app/")["Location"] == "/admin/factors/"
        settings.ADMIN_APP = True
        assert 'id="totp-key" class="careid-key ' in admin.client.get("/admin/factors/app/").content.decode()
        key = admin.app_key("/admin/factors/app/")
        assert admin.client.post("/admin/factors/app/", {"code": "12"}).status_code == 422
        response = admin.client.post("/admin/factors/app/", {"code": pyotp.TOTP(key).now()})
        assert response["Location"] == "/admin/factors/"
        assert events("admin.factor_added")[-1].details == {
            "admin": User.objects.get().pk,
            "factor": "app",
            "by": "factor",
        }


def test_a_password_is_changed_with_a_factor_and_an_event(admin):
    admin.enrol()
    new = "another kettle orbit lamp"
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert admin.client.post("/admin/password_change/", fields).status_code == 302
    assert User.objects.get().check_password(new)
    assert events("admin.password_changed")[0].details == {"admin": User.objects.get().pk}
    assert admin.is_in()
