"""Where a refusal leads: what happened meanwhile comes first, then what every kind shares, then the kind's own."""

from uuid import UUID

import pytest
from django.test import RequestFactory
from django.utils import timezone

from authenticators.refusals import SHARED
from authenticators.registry import KINDS
from enrolment.journey import after_refusal
from enrolment.models import Attempt

pytestmark = pytest.mark.django_db
ONE = UUID(int=1)
KIND = next(iter(KINDS.values()))


@pytest.mark.parametrize("reason", ["limit", "wrong"])
@pytest.mark.parametrize(
    ("added", "ended", "leads_to"),
    [(True, False, f"/authenticators/{ONE}/done/"), (False, True, "/expired/"), (True, True, "/expired/")],
)
def test_what_happened_meanwhile_is_shown_and_not_the_refusal(added, ended, leads_to, reason, visitor, person):
    visitor.verify(person)
    attempt, now = Attempt.objects.get(), timezone.now()  # read before it happened
    if added:
        Attempt.objects.update(authenticator_id=ONE, added_at=now, pending=None)
    if ended:
        Attempt.objects.update(ended_at=now, pending=None)
    assert after_refusal(RequestFactory().get("/"), attempt, reason, shared=SHARED, kind=KIND).url == leads_to


@pytest.mark.parametrize("reason", [*sorted(SHARED), "wrong"])
def test_a_shared_reason_has_a_page_and_any_other_is_the_kinds_to_answer(reason, visitor, person):
    visitor.verify(person)
    answer = after_refusal(RequestFactory().get("/"), Attempt.objects.get(), reason, shared=SHARED, kind=KIND)
    assert (answer is not None) is (reason in SHARED)
    assert answer is None or f'data-reason="{reason}"' in answer.content.decode()
