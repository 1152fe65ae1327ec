"""Who is ready by the page is ready by the desk's figures, and gets no reminder: two ways to ask, one answer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from authenticators.models import Authenticator
from moves import stages, standing
from moves.models import Person
from moves.standing import Step
from tests import kinds
from tests.moves import made

pytestmark = pytest.mark.django_db
PEOPLE = ({}, {"state": "closed", "closed_reason": "left"}, {"reported_at": timezone.now()}, {"nino_fingerprint": None})
THINGS = (
    {},
    {"usable_from": timezone.now() + timedelta(hours=5)},
    {"state": "suspended", "state_reason": "lost"},
    {"state": "revoked", "state_reason": "lost"},
)
ANSWERS = ("", "keep_smartcard", "wants_call", "no_phone")


@pytest.mark.parametrize("fields", PEOPLE)
@pytest.mark.parametrize("thing", [None, *THINGS])
def test_the_page_and_the_figures_agree(make_person, fields, thing):
    profile, move = make_person(**fields), made.move()
    if thing is not None:
        has = {"kind": kinds.some_kind(), "external_id": "1", "material": {}, "added_by": "person"}
        Authenticator.objects.create(profile=profile, **has | thing)
    for way in Person.Way:
        for answer in ANSWERS:
            made.person(move, profile=profile, way=way, answer=answer)
    by_figures = set(Person.objects.filter(stages.ready(timezone.now())))
    assert by_figures == {one for one in Person.objects.all() if standing.of(one).step in {Step.READY, Step.KEPT}}
