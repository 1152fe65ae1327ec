"""Whom an invited person can ask."""

import pytest
from django.contrib.auth.models import User

from apply import inviters
from apply.inviters import Inviter
from careid.trail import actors

pytestmark = pytest.mark.django_db
AUTHORITY = Inviter("Riverside RA", "", "01632 960200")


def account(**fields):
    return User.objects.create_user(**{"username": "jo", "email": "jo@example.nhs.uk", "first_name": "Jo", **fields})


def of(make_invitation, user):
    return inviters.of(make_invitation(by=actors.admin(user.pk)))


def test_it_is_the_account_that_invited_by_the_name_and_address_of_that_account(make_invitation):
    assert of(make_invitation, account(last_name="Smith")) == Inviter("Jo Smith", "jo@example.nhs.uk")


def test_an_account_is_written_to_by_its_own_name_where_that_is_an_address(make_invitation):
    user = account(username="jo.smith@example.nhs.uk", email="", first_name="")
    assert of(make_invitation, user) == Inviter("", "jo.smith@example.nhs.uk")


def test_it_is_the_registration_authority_where_no_account_can_be_reached(make_invitation):
    for by in (account(email=""), account(username="gone", is_active=False)):
        assert of(make_invitation, by) == AUTHORITY
    for by in ("system", "command:move jo", "admin:999999"):
        assert inviters.of(make_invitation(by=by)) == AUTHORITY


def test_many_are_told_by_one_statement_in_their_order(make_invitation, django_assert_num_queries):
    by = [actors.admin(account().pk), "system", actors.admin(account(username="al", first_name="Al").pk)]
    rows = [make_invitation(by=one) for one in by]
    with django_assert_num_queries(1):
        assert [one.name for one in inviters.of_each(rows)] == ["Jo", "Riverside RA", "Al"]
