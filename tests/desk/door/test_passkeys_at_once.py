"""An admin's passkey in two tabs, or by a button pressed twice, at the same moment."""

import pytest
from django.test import Client

from desk.door.models import Passkey
from tests.authenticators.passkey import fake
from tests.desk.door.conftest import SECOND
from tests.desk.door.test_passkeys import events, half_in
from tests.threads import at_once, together


def press(admin, count):
    """Post an answer of this admin's browser: made now, sent when it is called."""
    options = admin.options_to_use()
    made = {"origin": "http://localhost", "key": admin.key, "credential_id": admin.credential_id, "count": count}
    credential, cookie = fake.answer(options, **made), admin.client.cookies["admin"].value

    def post():
        client = Client()
        client.cookies["admin"] = cookie
        return client.post(SECOND, {"credential": credential}).status_code

    return post


@pytest.mark.django_db(transaction=True)
def test_of_one_answer_sent_twice_at_once_one_is_in_and_the_passkey_goes_on(make_admin):
    assert min(together([press(half_in(make_admin()), 1)] * 2)) == 302
    assert len(events("admin.signed_in")) == 2  # with the enrolment's
    assert Passkey.objects.get().confirmed


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_is_in_and_the_passkey_goes_on(make_admin):
    admin = half_in(make_admin())
    first = press(admin, 1)
    admin.client = Client()
    admin.type_password()
    assert sorted(at_once([first, press(admin, 2)], held=Passkey.objects.all())) == [302, 422]
    assert Passkey.objects.get().confirmed
