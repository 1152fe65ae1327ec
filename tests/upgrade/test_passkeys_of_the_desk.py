"""The desk's passkeys of the release before open this one too, for as long as a web of it runs beside."""

import secrets
from contextlib import contextmanager
from hashlib import sha256

import cbor2
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from desk.door import factors
from desk.door.models import Passkey
from tests.authenticators.passkey import fake
from tests.desk.door.admins import PASSWORD
from tests.desk.door.conftest import Admin

KEY, ID = fake.new_key(), secrets.token_bytes(32)
ADDED = """
INSERT INTO django_otp_webauthn_webauthncredential (id, name, confirmed, credential_type, credential_id, public_key,
    transports, sign_count, backup_eligible, backup_state, created_at, aaguid, credential_id_sha256, user_id)
VALUES (%s, '', true, 'public-key', %s, %s, '["internal"]', 5, false, false, now(), '', %s, 1)"""
ATTESTED = "INSERT INTO django_otp_webauthn_webauthnattestation VALUES (%s, 'none', '', '', %s)"


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else None


def add_there(number, credential_id, key):
    """What a web of the release before writes of a passkey."""
    sql(ADDED, number, credential_id, cbor2.dumps(key[1]), sha256(credential_id).hexdigest())
    sql(ATTESTED, number, number)


def there():
    """Those that the release before lets in."""
    return {
        bytes(one) for (one,) in sql("SELECT credential_id FROM django_otp_webauthn_webauthncredential WHERE confirmed")
    }


def here():
    return {fake.unb64(one) for one in Passkey.objects.filter(confirmed=True).values_list("credential_id", flat=True)}


@pytest.fixture(scope="module")
def rita(release_before, django_db_blocker):
    with django_db_blocker.unblock():
        add_there(70, ID, KEY)
        call_command("migrate", verbosity=0)
        user = User.objects.get()
        user.set_password(PASSWORD)
        user.save()
    return user


@contextmanager
def undone():
    with transaction.atomic():
        yield
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_one_made_in_the_release_before_signs_in(rita):
    handle = sql("SELECT handle_hex FROM django_otp_webauthn_webauthnuserhandle WHERE user_id = 1")[0][0]
    admin = Admin(rita.username)
    admin.key, admin.credential_id, admin.client = KEY, ID, Client()
    admin.type_password()
    assert {"id": fake.b64(ID), "type": "public-key", "transports": ["internal"]} in admin.options_to_use()[
        "allowCredentials"
    ]
    assert admin.use_passkey(count=6, user_handle=bytes.fromhex(handle))["Location"] == "/admin/"
    assert admin.is_in()


def test_all_were_taken_over(rita):
    assert here() == there()
    assert len(here()) == 2


def test_one_that_the_release_before_adds_or_removes_meanwhile_is_added_or_removed_here(rita):
    with undone():
        other = secrets.token_bytes(40)
        add_there(71, other, fake.new_key())
        assert other in here()
        sql("DELETE FROM django_otp_webauthn_webauthnattestation WHERE credential_id = 71")
        sql("DELETE FROM django_otp_webauthn_webauthncredential WHERE id = 71")
        assert here() == there()
        assert other not in here()


def test_one_that_is_stopped_or_removed_here_is_let_in_there_no_more(rita):
    mine = Passkey.objects.get(credential_id=fake.b64(ID))
    with undone():
        factors.stop(passkey=mine)
        assert ID not in there()
    with undone():
        factors.remove_all(user=rita)
        assert there() == set()


def test_an_account_with_passkeys_in_the_tables_of_before_can_be_deleted(rita):
    with undone():
        User.objects.get().delete()
        assert sql("SELECT count(*) FROM django_otp_webauthn_webauthnuserhandle") == [(0,)]
        assert (there(), here()) == (set(), set())
    assert User.objects.filter(username=rita.username).exists()


def test_going_back_leaves_the_tables_of_before_as_they_work_there_and_going_on_takes_over_again(rita):
    call_command("migrate", "desk", "0002", verbosity=0)
    add_there(72, bytes(range(32)), fake.new_key())
    call_command("migrate", verbosity=0)
    assert bytes(range(32)) in here()
    assert here() == there()
