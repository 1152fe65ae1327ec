"""Closing a profile, and opening it again."""

import pytest

from authenticators.models import Authenticator
from careid.errors import Refused
from careid.storing import crypto
from profiles import closing, numbers
from tests import kinds
from tests.environment import key
from tests.visitors import post

pytestmark = pytest.mark.django_db
BY = {"by": "admin:7", "note": "Seen in person"}


def test_closing_revokes_all_and_reopening_brings_none_back(person, authenticator, the_event):
    Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="y", material={}, added_by="person", state="suspended", state_reason="lost"
    )  # fmt: skip
    closing.close(profile=person, reason="leaver", **BY)
    assert the_event("profile.closed")[2] == {"note": BY["note"], "revoked": 2}
    assert set(Authenticator.objects.values_list("state", "state_reason")) == {("revoked", "profile_closed")}
    person.refresh_from_db()
    assert (person.state, person.closed_reason) == ("closed", "leaver")
    assert closing.reopen(profile=person, reason="returned", **BY) is True
    assert closing.reopen(profile=person, reason="returned", **BY) is False
    assert set(Authenticator.objects.values_list("state", flat=True)) == {"revoked"}
    assert the_event("profile.reopened")[:2] == ("admin:7", "returned")
    assert post()[-1].subject == "Care ID: your profile is open again"


def test_reopening_is_refused_while_somebody_else_has_the_address(person, make_person):
    closing.close(profile=person, reason="duplicate", **BY)
    make_person(email=person.email)
    with pytest.raises(Refused, match="email_taken"):
        closing.reopen(profile=person, reason="returned", **BY)
    person.refresh_from_db()
    assert person.state == "closed"


def takes(number, other):
    numbers.set_number(profile=other, number=number, reason="correction", **BY)


def types(number, other):
    new, old = crypto.fingerprints(number)
    type(other).objects.filter(pk=other.pk).update(nino_fingerprint=old)
    other.rekey(old, new)


@pytest.mark.parametrize("has", [takes, types])
def test_reopening_is_refused_while_somebody_else_has_the_number_under_a_newer_key(has, person, make_person, settings):
    closing.close(profile=person, reason="duplicate", **BY)
    settings.INDEX_KEYS = f"{key('i2')},{settings.INDEX_KEYS}"
    has(person.nino, make_person())
    with pytest.raises(Refused, match="number_taken"):
        closing.reopen(profile=person, reason="returned", **BY)
