"""A passkey of the desk whose count goes back: there may be a copy of it, so that it opens nothing any more."""

import pytest
from django.contrib.auth.models import User
from structlog.testing import capture_logs

from desk.door.models import Passkey
from tests.authenticators.passkey import fake
from tests.desk.door.admins import passkey_of
from tests.desk.door.test_passkeys import events, half, told

__all__ = ("half",)


@pytest.fixture
def copied(half):
    Passkey.objects.update(sign_count=2**32 - 2)
    return half


@pytest.mark.parametrize("count", [0, 1, 2**32 - 2])
def test_it_is_stopped_for_good_and_whoever_runs_the_service_is_told(copied, count):
    with capture_logs() as lines:
        answer = copied.use_passkey(count=count)
    assert "there may be a copy of it" in told(answer)
    assert [line["log_level"] for line in lines if "may have been copied" in line["event"]] == ["error"]
    [stopped] = events("admin.factor_stopped")
    assert (stopped.outcome, stopped.reason) == ("refused", "count_went_back")
    assert stopped.details == {"admin": User.objects.get().pk, "factor": "passkey"}
    assert not copied.options_to_use()
    assert not copied.is_in()


def test_what_it_opened_ends_and_the_other_passkeys_go_on(copied):
    other = passkey_of(User.objects.get())
    assert copied.use_passkey(count=2**32 - 1)["Location"] == "/admin/"
    Passkey.objects.filter(pk=other.pk).update(confirmed=False)
    assert copied.is_in()
    Passkey.objects.exclude(pk=other.pk).update(confirmed=False)
    assert not copied.is_in()


def test_nobody_but_its_holder_can_bring_that_about(copied):
    copied.use_passkey(count=1, key=fake.new_key())
    assert Passkey.objects.get().confirmed


def test_its_owner_sees_it_and_removes_it(admin):
    admin.enrol()
    passkey_of(User.objects.get(), confirmed=False)
    page = admin.client.get("/admin/factors/").content.decode()
    assert page.count("Stopped: there may be a copy of it") == 1
    stopped = Passkey.objects.get(confirmed=False)
    admin.client.post("/admin/factors/", {"remove": f"passkey-{stopped.pk}"})
    assert Passkey.objects.get().confirmed


def test_it_is_none_that_the_last_one_may_be_removed_for(admin):
    admin.enrol()
    passkey_of(User.objects.get(), confirmed=False)
    last = Passkey.objects.get(confirmed=True)
    page = admin.client.post("/admin/factors/", {"remove": f"passkey-{last.pk}"}, follow=True).content.decode()
    assert "This is the only way you have to sign in" in page
    assert Passkey.objects.filter(pk=last.pk).exists()
