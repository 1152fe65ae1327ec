"""Each kind is added, refused and taken back whichever way a person came in: a new kind is covered by its way.py."""

import pytest
from django.urls import reverse

from authenticators.models import Authenticator
from careid.people.models import Profile
from careid.post.models import Mail
from careid.storing import crypto
from careid.trail.models import Event
from enrolment.models import Attempt
from tests import kinds
from tests.visitors import newest_code

pytestmark = pytest.mark.django_db
WAYS = {
    "by the code": (lambda visitor, person: visitor.verify(person), {}),
    "assisted": (lambda visitor, person: visitor.let_in(person), {}),
    "assisted without a number": (lambda visitor, person: visitor.let_in(person), {"nino": ""}),
    "assisted without an address": (lambda visitor, person: visitor.let_in(person), {"email": None}),
}
each_kind = pytest.mark.parametrize("kind", kinds.by_forms())


@pytest.fixture(params=WAYS.values(), ids=WAYS)
def inside(request, visitor, make_person):
    """A visitor who has come in, and who they are."""
    way_in, fields = request.param
    person = make_person(**fields)
    way_in(visitor, person)
    return visitor, person


@each_kind
def test_what_is_wrong_is_answered_counted_and_noted_and_the_right_thing_still_adds(kind, inside):
    visitor, person = inside
    visitor.go_on(kind)
    before = Attempt.objects.get().pending
    for _ in range(2):
        answer = visitor.fail()
        answer = visitor.client.get(answer.url) if answer.status_code == 302 else answer
        assert answer.status_code == 422
        assert answer.content
        if visitor.client.get(kinds.last_page(kind)).status_code != 200:
            visitor.go_on(kind)
    assert Attempt.objects.get().pending != before
    assert Event.objects.filter(name="ceremony.rejected", profile_id=person.pk).count() == 2
    assert visitor.finish().status_code == 302
    assert Authenticator.objects.get().profile == person


@each_kind
def test_it_is_taken_back(kind, inside):
    visitor, person = inside
    visitor.go_on(kind)
    done = visitor.finish().url
    told = "We have sent you an email" in visitor.page(done)
    assert told is bool(person.email)
    assert Mail.objects.filter(template="authenticator_added").count() == bool(person.email)
    visitor.client.post(reverse("undo", args=[Authenticator.objects.get().pk]))
    assert Authenticator.objects.get().state == "revoked"
    assert visitor.client.get(done).status_code == 200


@each_kind
def test_another_is_added_with_a_mailed_code_where_there_is_an_address(kind, inside):
    visitor, person = inside
    visitor.go_on(kind)
    done = visitor.finish().url
    answer = visitor.client.post(reverse("another"))
    if not person.email:
        assert answer.url == done
        assert Attempt.objects.get().ended_at is None
        return
    assert answer.url == reverse("code")
    assert visitor.code(newest_code()).url == reverse("choose")
    visitor.go_on(kind)
    visitor.finish()
    assert Authenticator.objects.filter(profile=person).count() == 2
    assert Profile.objects.get().nino_fingerprint == (crypto.fingerprint(person.nino) if person.nino else None)


@each_kind
def test_whoever_was_let_in_by_a_link_is_told_to_ask_for_another_and_not_to_start_again(kind, inside):
    visitor, _ = inside
    visitor.go_on(kind)
    Attempt.objects.update(ended_at="2026-01-01T00:00Z")
    page = visitor.page(reverse("expired"))
    helped = bool(Attempt.objects.get().assisted_by)
    assert ("ask your Registration Authority for a new link" in page) is helped
    assert ("Start again" in page) is not helped
