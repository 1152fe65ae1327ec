"""How an account of the desk begins: a link, once, that sets a password and a first factor together."""

import io
from datetime import timedelta

import pyotp
import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.core import mail as django_mail
from django.core.management import call_command, load_command_class
from django.test import Client
from django.utils import timezone
from django_otp import user_has_device

from careid.errors import Refused
from careid.people.models import Organisation
from careid.post import delivering
from careid.post.models import Mail
from careid.storing import crypto
from careid.trail.models import Event
from desk import jobs
from desk.door import factors, invitations
from desk.door.models import App, Invitation, Passkey
from desk.roles import ROLES
from tests.desk.door.admins import PASSWORD
from tests.desk.door.admins import group as group_of
from tests.threads import at_once


def events(name):
    return list(Event.objects.filter(name=name).order_by("sequence"))


def invite(capsys, *arguments):
    """What the command said, and its exit code."""
    try:
        call_command("invite_admin", *arguments)
    except SystemExit as stop:
        return capsys.readouterr().err, stop.code
    return capsys.readouterr().out, 0


def test_an_invitation_leads_to_a_password_a_passkey_and_the_desk(admin, group):
    admin.invited(superuser=False, groups=[group])
    page = admin.client.get(admin.link)
    assert admin.email in page.content.decode()
    assert admin.choose_password()["Location"] == "/admin/invitation/"
    assert "Create a passkey" in admin.client.get("/admin/invitation/").content.decode()
    assert admin.add_passkey()["Location"] == "/admin/"
    assert admin.is_in()
    user = User.objects.get()
    assert (user.username, user.is_staff, user.is_superuser, user.is_active) == (admin.email, True, False, True)
    assert list(user.groups.all()) == [group]
    assert user.check_password(PASSWORD)
    [invited], [added] = events("admin.invited"), events("admin.factor_added")
    assert invited.actor == "command:invite_admin"
    assert invited.details == {
        "admin": user.pk,
        "groups": [group.pk],
        "organisations": [],
        "superuser": False,
        "factors_removed": 0,
    }
    assert added.details == {"admin": user.pk, "factor": "passkey", "by": "invitation"}


def test_an_invitation_names_whose_people_the_account_sees(capsys, group, organisation):
    Organisation.objects.create(code="RX2")
    arguments = ("rita@example.nhs.uk", "--group", group.name, "--organisation", "rx1")
    assert invite(capsys, *arguments, "--organisation", "RX2")[1] == 0
    assert list(User.objects.get().organisations.values_list("code", flat=True).order_by("code")) == ["RX1", "RX2"]
    assert events("admin.invited")[0].details["organisations"] == ["RX1", "RX2"]


@pytest.mark.parametrize(
    ("arguments", "warned"),
    [
        (("--group", "ID checker"), ["looks after no organisation"]),
        (("--group", "ID checker", "--organisation", "RX1"), []),
        (("--superuser",), []),
        (("--group", "Service owner"), ["leads moves of the services alone"]),
    ],
)
def test_who_would_see_nothing_is_told_of(arguments, warned, organisation):
    Group.objects.get_or_create(name="ID checker")
    group_of("Service owner")
    err = io.StringIO()
    call_command("invite_admin", "rita@example.nhs.uk", *arguments, stdout=io.StringIO(), stderr=err)
    assert [
        words
        for words in ("has no role", "looks after no organisation", "leads moves of the services alone")
        if words in err.getvalue()
    ] == warned
    User.objects.get().groups.clear()
    call_command("invite_admin", "rita@example.nhs.uk", stdout=io.StringIO(), stderr=err)
    assert ("has no role" in err.getvalue()) != User.objects.get().is_superuser


def test_help_names_the_roles(capsys):
    with pytest.raises(SystemExit):
        load_command_class("desk", "invite_admin").run_from_argv(["manage.py", "invite_admin", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert all(role in said for role in ROLES)


def test_an_organisation_that_there_is_not_is_one_line_and_nothing_is_made(capsys, group, organisation):
    words, code = invite(
        capsys, "rita@example.nhs.uk", "--group", group.name, "--organisation", "RX1", "--organisation", "ZZ9"
    )
    assert (code, words.count("\n")) == (2, 1)
    assert words.startswith("--organisation ZZ9: no organisation has that code.")
    assert not User.objects.exists()
    assert not Event.objects.exists()


def test_nothing_is_kept_before_the_factor_is_proved(admin):
    admin.invited().choose_password()
    user = User.objects.get()
    assert not user.has_usable_password()
    assert not user_has_device(user, confirmed=None)
    assert not admin.is_in()
    assert admin.add_passkey(flags=0x41).status_code == 422
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert not events("admin.factor_added")


def test_what_waits_for_the_factor_stands_sealed(admin):
    admin.invited().choose_password()
    kept = str(dict(admin.client.session.items()))
    assert "argon2" not in kept
    assert "ceremony" in kept
    assert crypto.token_hash(admin.link.split("/")[-2]) == bytes(Invitation.objects.get().token_hash)


def test_a_link_works_once(admin, make_admin):
    admin.enrol()
    again = make_admin()
    again.link = admin.link
    for response in (again.client.get(again.link), again.choose_password(), Client().get("/admin/invitation/made-up/")):
        assert response.status_code == 404
        assert "This invitation cannot be used" in response.content.decode()
    assert again.client.post("/admin/invitation/", {"credential": "{}"}).status_code == 404


def test_of_two_browsers_with_one_link_the_first_to_finish_has_it(admin, make_admin):
    admin.invited().choose_password()
    other = make_admin()
    other.link = admin.link
    other.choose_password("another kettle orbit lamp")
    assert other.options_to_add()
    assert admin.add_passkey()["Location"] == "/admin/"
    assert not other.options_to_add()
    assert other.client.post("/admin/invitation/", {"credential": "{}"}).status_code == 404
    assert User.objects.get().check_password(PASSWORD)
    assert Passkey.objects.count() == 1


def test_a_link_runs_out_after_a_day(admin):
    admin.invited()
    with time_machine.travel(timezone.now() + timedelta(hours=23, minutes=59)):
        assert admin.client.get(admin.link).status_code == 200
        admin.choose_password()
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert admin.client.get(admin.link).status_code == 404
        assert not admin.options_to_add()
        jobs.purge_door(0)
    assert not Invitation.objects.exists()


def test_a_newer_link_takes_the_place_of_an_older_one(admin, make_admin):
    admin.invited()
    newer = make_admin().invited()
    assert admin.client.get(admin.link).status_code == 404
    assert newer.client.get(newer.link).status_code == 200


def test_opening_a_link_changes_nothing(admin):
    admin.invited()
    for _ in range(2):
        assert admin.client.get(admin.link).status_code == 200
        assert admin.client.head(admin.link).status_code == 200
    assert Invitation.objects.get().used_at is None
    assert "admin" not in admin.client.cookies


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("short", None, "too short"),
        ("password1234", None, "too common"),
        (PASSWORD, "another", "not the same"),
        ("x" * 257, None, "256 characters or fewer"),
        ("", None, "Enter a password"),
        ("rita@example.nhs.uk", None, "too similar"),
    ],
)
def test_a_password_has_rules(admin, password, again, words):
    admin.invited()
    response = admin.choose_password(password, again)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_a_password_typed_in_two_ways_of_writing_an_accent_is_the_same(admin):
    admin.invited().choose_password("cafe\u0301 orbit Thursday lamp")
    admin.add_passkey()
    admin.client = Client()
    assert admin.type_password("caf\u00e9 orbit Thursday lamp").status_code == 302


def test_a_new_invitation_takes_the_factors_the_password_and_the_sessions_away(admin, make_admin, group):
    admin.enrol(groups=[group])
    user = User.objects.get()
    again = make_admin(admin.email.upper()).invited(superuser=False)
    assert User.objects.get() == user
    assert not admin.is_in()
    assert not user_has_device(user)
    assert not User.objects.get().has_usable_password()
    assert events("admin.invited")[-1].details["factors_removed"] == 1
    again.choose_password("another kettle orbit lamp")
    assert again.add_passkey()["Location"] == "/admin/"
    user.refresh_from_db()
    assert user.is_superuser
    assert list(user.groups.all()) == [group]


def test_an_invitation_opened_by_one_who_is_signed_in_signs_them_out(admin, make_admin):
    admin.enrol()
    other = make_admin("other@example.nhs.uk").invited()
    other.client = admin.client
    other.choose_password()
    assert not admin.is_in()
    assert other.add_passkey()["Location"] == "/admin/"
    assert User.objects.get(pk=int(admin.client.session["_auth_user_id"])).username == "other@example.nhs.uk"
    assert Passkey.objects.filter(user__username=admin.email).count() == 1


def test_a_passkey_that_somebody_has_is_nobody_else_s(admin, make_admin):
    admin.enrol()
    other = make_admin("other@example.nhs.uk").invited()
    other.choose_password()
    assert other.add_passkey(credential_id=admin.credential_id).status_code == 422
    assert not other.is_in()


class TestWithAnApp:
    def test_the_first_factor_may_be_one_where_the_setting_is_on(self, admin, settings):
        settings.ADMIN_APP = True
        admin.invited().choose_password()
        key = admin.app_key()
        assert admin.app_key() == key
        wrong = f"{(int(pyotp.TOTP(key).now()) + 1) % 1_000_000:06}"
        assert admin.client.post("/admin/invitation/", {"code": wrong}).status_code == 422
        assert admin.client.post("/admin/invitation/", {"code": pyotp.TOTP(key).now()})["Location"] == "/admin/"
        assert admin.is_in()
        assert events("admin.factor_added")[0].details["factor"] == "app"

    def test_it_may_not_where_the_setting_is_off(self, admin):
        admin.invited().choose_password()
        assert "totp-key" not in admin.client.get("/admin/invitation/").content.decode()
        assert admin.client.post("/admin/invitation/", {"code": "123456"}).status_code == 200
        assert not App.objects.exists()


class TestTheCommand:
    pytestmark = pytest.mark.django_db

    def test_prints_a_link_and_writes_it_nowhere(self, capsys, group, settings, caplog):
        said, code = invite(capsys, "Rita@example.nhs.uk", "--group", group.name)
        assert code == 0
        link = said.splitlines()[-1]
        assert link.startswith(f"{settings.ORIGIN}/admin/invitation/")
        token = link.split("/")[-2]
        assert Client().get(f"/admin/invitation/{token}/").status_code == 200
        assert token not in caplog.text
        assert all(token not in str(vars(event)) for event in Event.objects.all())
        assert not Mail.objects.exists()
        assert User.objects.get().username == "rita@example.nhs.uk"

    def test_mails_it_instead(self, capsys):
        said, _ = invite(capsys, "rita@example.nhs.uk", "--superuser", "--mail")
        assert "/admin/invitation/" not in said
        [queued] = Mail.objects.all()
        delivering.deliver(str(queued.pk))
        [sent] = django_mail.outbox
        assert sent.to == ["rita@example.nhs.uk"]
        link = next(line for line in sent.body.splitlines() if "/admin/invitation/" in line)
        assert Client().get(link.removeprefix("http://localhost")).status_code == 200

    def test_takes_several_groups(self, capsys, group):
        Group.objects.get_or_create(name="Auditor")
        invite(capsys, "rita@example.nhs.uk", "--group", group.name, "--group", "Auditor")
        assert sorted(User.objects.get().groups.values_list("name", flat=True)) == ["Auditor", "RA agent"]
        assert not User.objects.get().is_superuser

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (
                ["rita@example.nhs.uk", "--group", "Nobody"],
                "--group Nobody: there is no such group. There are: ",
            ),
            (["rita@example.nhs.uk"], "--superuser for an operator"),
            (["rita", "--superuser"], "is not an email address"),
            ([f"{'rita' * 20}@{'example.' * 10}nhs.uk", "--superuser"], "at most 150 characters"),
            (["off@example.nhs.uk", "--superuser"], "switched off"),
        ],
    )
    def test_refuses_in_one_line_and_changes_nothing(self, capsys, group, arguments, words):
        User.objects.create_user("off@example.nhs.uk", is_active=False)
        said, code = invite(capsys, *arguments)
        assert code == 2
        assert words in said
        assert said.count("\n") == 1
        assert User.objects.count() == 1
        assert not Event.objects.exists()

    def test_lifts_the_lock_on_the_name(self, capsys, admin):
        admin.enrol()
        admin.client = Client(REMOTE_ADDR="192.0.2.1")
        for _ in range(6):
            admin.type_password("wrong")
        invite(capsys, admin.email)
        assert (
            Client(REMOTE_ADDR="192.0.2.2")
            .post("/admin/login/", {"username": admin.email, "password": "x"})
            .status_code
            == 422
        )


@pytest.mark.django_db(transaction=True)
def test_a_link_finished_twice_at_once_is_used_once(make_admin):
    admin = make_admin().invited()
    invitation = invitations.find(admin.link.split("/")[-2])

    def finish(key):
        try:
            return invitations.accept(
                invitation=invitation,
                password=f"hash {key}",
                make=lambda user: factors.add_app(user=user, key=key, step=0),
            )
        except Refused as refused:
            return refused.reason

    done = at_once([lambda: finish("A" * 32), lambda: finish("B" * 32)], held=Invitation.objects.all())
    [app] = [one for one in done if one != "used"]
    assert App.objects.get() == app
    assert User.objects.get().password == f"hash {app.key}"
    assert len(events("admin.factor_added")) == 1
