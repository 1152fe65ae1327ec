"""A role of the desk gets the rights that a release brings, once."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from desk import roles
from tests.upgrade.conftest import BEFORE

NEW = "captcha.view_captchastore"  # of an app that no role names; it stands for the next app's


@pytest.fixture
def a_release_that_names_it(monkeypatch):
    monkeypatch.setitem(roles.ROLES, "Sponsor", (*roles.ROLES["Sponsor"], NEW))


def may(name):
    return rights(Group.objects.get(name=name).permissions)


def rights(permissions=Permission.objects):
    pairs = permissions.values_list("content_type__app_label", "codename")
    return {f"{label}.{codename}" for label, codename in pairs}


def test_a_fresh_database_takes_a_role_that_names_a_right_of_any_app(another_database, a_release_that_names_it):
    with another_database():
        call_command("migrate", verbosity=0)
        assert {name: may(name) for name in roles.ROLES} == {name: set(codes) for name, codes in roles.ROLES.items()}


def test_a_role_that_is_there_gets_a_new_right_once_and_none_back(another_database, a_release_that_names_it):
    with another_database() as made, made.cursor() as cursor:
        cursor.execute(BEFORE.read_text())
        Permission.objects.filter(codename="view_captchastore").delete()  # the release before did not know it
        before, known = {name: may(name) for name in roles.ROLES if Group.objects.filter(name=name)}, rights()
        call_command("migrate", verbosity=0)
        new = {name: set(codes) - (known if name in before else set()) for name, codes in roles.ROLES.items()}
        assert NEW in new["Sponsor"]
        assert {name: may(name) for name in roles.ROLES} == {
            name: before.get(name, set()) | new[name] for name in roles.ROLES
        }
        assert "careid.invite_profile" not in may("Sponsor")  # a superuser took it away
        Group.objects.get(name="Sponsor").permissions.remove(Permission.objects.get(codename="view_captchastore"))
        call_command("migrate", verbosity=0)
        assert may("Sponsor") == before["Sponsor"] | new["Sponsor"] - {NEW}
