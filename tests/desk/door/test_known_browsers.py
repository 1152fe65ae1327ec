"""Who can't be locked out by whom: a browser that an account signed in from counts its own tries and no stranger's."""

from datetime import timedelta

import pytest
from django.test import Client

from careid.limits import limits
from desk.door import browsers
from tests.desk.door.admins import PASSWORD

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.9"


def guess(name, address=HERE, client=None, password="wrong"):
    asked = client or Client(REMOTE_ADDR=address)
    return asked.post("/admin/login/", {"username": name, "password": password}, REMOTE_ADDR=address).status_code


def own_browser(admin):
    """The cookie jar of their browser once they have gone home."""
    kept = admin.client.cookies["admin-browser"].value
    admin.client = Client(REMOTE_ADDR=HERE)
    admin.client.cookies["admin-browser"] = kept
    return admin


def test_strangers_lock_nobody_out_of_a_browser_that_they_signed_in_from(admin):
    own_browser(admin.enrol())
    assert [guess(f"made-up-{number}") for number in range(6)] == [422] * 5 + [429]  # everybody else at this address
    assert [guess(admin.email, ELSEWHERE) for _ in range(6)] == [422] * 5 + [429]  # the account from anywhere else
    assert guess(admin.email, "203.0.113.9", password=PASSWORD) == 429
    assert admin.type_password().status_code == 302
    assert admin.use_passkey()["Location"] == "/admin/"
    assert admin.is_in()


def test_a_known_browser_has_five_tries_of_its_own_and_locks_nobody_else(admin):
    own_browser(admin.enrol())
    assert [guess(admin.email, client=admin.client) for _ in range(6)] == [422] * 5 + [429]
    assert guess(admin.email, client=admin.client, password=PASSWORD) == 429
    assert guess("made-up") == 422
    assert guess(admin.email, password=PASSWORD) == 302
    assert limits.SIGN_IN_BROWSER[-1].window == timedelta(minutes=15 * 63)


def test_a_known_browser_is_known_to_its_own_accounts_alone(admin, make_admin):
    own_browser(admin.enrol())
    other = make_admin("bo@example.nhs.uk").enrol()
    for _ in range(6):
        guess(other.email, ELSEWHERE)
    assert guess(other.email, client=admin.client, password=PASSWORD) == 429
    word, mark = admin.client.cookies["admin-browser"].value.split(".")
    for forged in (f"{word}.{'0' * 32}", f"{'0' * 32}.{mark}", f"{word}", "", f"{word}.{mark}" * 2):
        admin.client.cookies["admin-browser"] = forged
        assert guess(other.email, client=admin.client, password=PASSWORD) == 429


def test_colleagues_who_share_a_browser_are_all_known_there(admin, make_admin):
    other = make_admin("bo@example.nhs.uk")
    other.client = admin.enrol().client
    other.enrol()
    assert other.client.cookies["admin-browser"].value.count(".") == 2
    for one in (admin, other):
        for _ in range(6):
            guess(one.email, ELSEWHERE)
        assert guess(one.email, client=own_browser(other).client, password=PASSWORD) == 302


def test_the_cookie_says_nobody_s_name_lasts_and_stays_at_the_desk(admin):
    admin.enrol()
    cookie = admin.client.cookies["admin-browser"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/admin/", True, "Lax")
    assert cookie["max-age"] == browsers.AGE.total_seconds()
    assert "rita" not in cookie.value


@pytest.mark.parametrize("half", ["password", "nothing"])
def test_half_a_sign_in_makes_no_browser_known(half, admin):
    admin.enrol().client = Client()
    admin.type_password(PASSWORD if half == "password" else "wrong")
    assert "admin-browser" not in admin.client.cookies
