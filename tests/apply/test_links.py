"""A link leads to one invitation, the newest one alone, and no row can make it."""

import pytest

from apply import inviting, links
from apply.models import Invitation

pytestmark = pytest.mark.django_db


def token(invitation):
    return links.give(invitation).rstrip("/").rpartition("/")[2]


def test_a_link_is_the_same_however_often_it_is_written_and_leads_to_its_invitation_alone(make_invitation, settings):
    one, other = make_invitation(), make_invitation()
    assert links.give(one) == links.give(Invitation.objects.get(pk=one.pk)) == f"{settings.ORIGIN}/apply/{token(one)}/"
    assert (links.find(token(one)), links.find(token(other))) == (one, other)
    assert token(one) not in str(vars(Invitation.objects.get(pk=one.pk)))


def test_whoever_opens_a_link_is_not_looked_for_on_file(invitation, django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        assert links.find(token(invitation)).organisation == invitation.organisation
    assert "careid_profile" not in asked[0]["sql"]


@pytest.mark.parametrize("typed", ["", "x", "\0", "\ud800", "x" * 100_000])
def test_what_is_no_link_leads_nowhere(invitation, typed):
    assert links.find(typed) is None


def test_the_link_of_before_is_dead_once_another_is_sent(invitation):
    before = token(invitation)
    assert inviting.resend(invitation=invitation, by="admin:7")
    assert links.find(before) is None
    assert links.find(token(invitation)) == invitation


def test_a_link_made_under_an_older_key_stays_until_that_key_goes_and_then_another_is_stored(invitation, settings):
    before, (first, other) = token(invitation), (settings.KEYS, "b:" + "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=")
    settings.KEYS = f"{other},{first}"
    assert token(invitation) == before
    settings.KEYS = other
    assert token(invitation) != before
    assert links.find(token(invitation)) == invitation
    assert links.find(before) is None
