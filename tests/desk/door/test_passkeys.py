"""An admin's passkey: what it answers is judged as a person's is, once, and never stands for the password."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from careid.errors import Refused
from careid.limits.models import LimitCount
from careid.trail.models import Event
from desk.door import factor_adding
from desk.door.models import Passkey
from tests.authenticators.passkey import fake
from tests.desk.door.admins import passkey_of
from tests.desk.door.conftest import SECOND

ADD, FIRST = "/admin/factors/passkey/", "/admin/invitation/"


def events(name):
    return list(Event.objects.filter(name=name).order_by("sequence"))


def told(response):
    """What stands in the error summary."""
    page = response.content.decode()
    return page.partition('error-summary__body">')[2].partition("</div>")[0]


def tries():
    """How many were counted."""
    return LimitCount.objects.aggregate(all=Sum("count"))


@pytest.fixture
def half(admin):
    """Somebody whose password was right, and no more."""
    return half_in(admin)


def half_in(admin):
    admin.enrol()
    admin.client = Client()
    admin.type_password()
    return admin


def test_a_passkey_alone_does_not_sign_in(admin):
    admin.enrol()
    admin.client = Client()
    assert not admin.options_to_use()
    made_up = {"challenge": "AAAA", "rpId": "localhost"}
    assert admin.use_passkey(made_up)["Location"].startswith("/admin/login/?next=")
    assert not admin.is_in()


def test_a_password_alone_adds_no_factor(half):
    options = {"challenge": "AAAA", "rp": {"id": "localhost"}}
    for page in (ADD, FIRST):
        assert not half.options_to_add(page)
        credential = fake.create(options, origin="http://localhost")
        assert half.client.post(page, {"credential": credential}).status_code in {302, 404}
    assert Passkey.objects.count() == 1
    Passkey.objects.all().delete()  # one without any factor gets none that way either
    assert not half.options_to_add(ADD)
    assert half.client.get(FIRST).status_code == 404


def test_nor_does_the_rule_that_every_such_page_ends_with(half, rf):
    request = rf.post("/")
    request.user, request.session = User.objects.get(), half.client.session
    with pytest.raises(Refused, match="not_proved"):
        factor_adding.finish(request, passkey_of)
    assert Passkey.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"flags": 0x01},
        {"flags": 0x0D},
        {"origin": "https://evil.example"},
        {"client": {"crossOrigin": True}},
        {"client": {"topOrigin": "https://evil.example"}},
        {"client": {"type": "webauthn.create"}},
        {"client": {"challenge": "AAAA"}},
        {"client": {"challenge": "\ud800"}},
        {"key": fake.new_key()},
        {"user_handle": b"x" * 32},
        {"credential_id": b"unknown to us 00"},
        {"whole": {"response": 5}},
        {"whole": {"rawId": None}},
        {"whole": {"response": {"clientDataJSON": "!", "authenticatorData": "", "signature": ""}}},
    ],
    ids=str,
)
def test_a_passkey_answer_that_is_not_right_signs_nobody_in(half, changes):
    answer = half.use_passkey(**changes)
    assert (answer.status_code, "was not accepted" in told(answer)) == (422, True)
    assert not half.is_in()
    assert [event.reason for event in events("admin.sign_in_refused")] == ["passkey"]


@pytest.mark.parametrize("rubbish", ["\0", "5", "[]", "{", "[" * 50_000, '{"response": {"transports": {}}}', "x" * 65_000])  # fmt: skip
def test_what_is_no_answer_is_a_plain_refusal(admin, half, make_admin, rubbish):
    assert half.client.post(SECOND, {"credential": rubbish}).status_code == 422
    other = make_admin("other@example.nhs.uk").enrol()
    assert other.client.post(ADD, {"credential": rubbish}).status_code == 422
    assert Passkey.objects.count() == 2


def test_one_that_says_whose_it_is_is_taken_as_one_that_does_not(half):
    assert half.use_passkey(user_handle=half.handle)["Location"] == "/admin/"


def test_a_challenge_is_answered_within_five_minutes_and_a_late_answer_is_no_try(half):
    options = half.options_to_use()
    before = tries()
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        late = half.use_passkey(options)
        assert (late.status_code, "took too long" in told(late)) == (422, True)
        assert "took too long" in told(half.client.post(SECOND, {"credential": ""}))
    assert tries() == before
    assert not events("admin.sign_in_refused")
    assert half.use_passkey(count=2)["Location"] == "/admin/"


def test_a_challenge_is_spent_by_a_wrong_answer_whatever_else_stands_in_the_address(half):
    options = half.options_to_use()
    assert half.use_passkey(options, f"{SECOND}?part", key=fake.new_key()).status_code == 422
    assert half.use_passkey(options, count=2).status_code == 422
    assert Passkey.objects.get().confirmed


def test_each_tab_has_a_challenge_and_none_is_another_session_s(half, make_admin):
    first, second = half.options_to_use(), half.options_to_use()
    assert first["challenge"] != second["challenge"]
    other = make_admin()
    other.key, other.credential_id = half.key, half.credential_id
    other.type_password()
    assert other.use_passkey(first).status_code == 422
    assert half.use_passkey(first, count=2)["Location"] == "/admin/"


def test_somebody_else_s_passkey_is_not_a_second_factor(half, make_admin):
    other = half_in(make_admin("other@example.nhs.uk"))
    assert other.use_passkey(key=half.key, credential_id=half.credential_id).status_code == 422
    assert not other.is_in()


def test_options_ask_for_user_verification_and_name_our_site(admin):
    admin.invited().choose_password()
    adding = admin.options_to_add()
    assert adding["rp"]["id"] == "localhost"
    assert adding["authenticatorSelection"]["userVerification"] == "required"
    assert [one["alg"] for one in adding["pubKeyCredParams"]] == [-7, -8, -257]
    admin.add_passkey()
    admin.client = Client()
    admin.type_password()
    using = admin.options_to_use()
    assert (using["rpId"], using["userVerification"]) == ("localhost", "required")
    assert len(using["allowCredentials"]) == 1


def test_every_passkey_of_an_account_says_the_same_of_whose_it_is(admin):
    handle = admin.enrol().handle
    assert len(handle) == 32
    admin.key, admin.credential_id = fake.new_key(), bytes(32)
    admin.add_passkey(ADD)
    assert (admin.handle, Passkey.objects.filter(user_handle=handle).count()) == (handle, 2)


def test_one_that_was_made_at_another_address_of_ours_is_not_asked_for(half):
    Passkey.objects.update(rp_id="older.example")
    assert not half.options_to_use()
    page = half.client.get(SECOND).content.decode()
    assert "no passkey to prove it with" in page


def test_one_with_a_way_that_is_not_known_yet_is_asked_for_by_those_that_are(half):
    Passkey.objects.update(transports=["usb", "by-thought"])
    assert half.options_to_use()["allowCredentials"][0]["transports"] == ["usb"]
