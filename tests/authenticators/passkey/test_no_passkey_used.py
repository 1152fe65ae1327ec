"""The browser used no passkey: each reason has its page, with the one next step, and leaves an event."""

import pytest
from django.test import Client

from careid.limits.models import LimitCount
from careid.trail.models import Event
from sign_in import visits
from sign_in.models import Session
from tests import kinds
from tests.authenticators.passkey import way
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
POST = "/sign-in/passkey/"
ANOTHER = next(slug for slug in kinds.slugs() if slug != "passkey")
ERRORS = {
    "no_javascript": "no_javascript", "unsupported": "unsupported", "NotAllowedError": "cancelled", "AbortError": "cancelled",
    "TimeoutError": "cancelled", "SecurityError": "wrong_address", "TypeError": "bad_options", "InvalidStateError": "unknown",
    "MadeUpError": "unknown", "<script>": "unknown", "": "unknown", "x" * 41: "unknown",
}  # fmt: skip


def fail(visitor, error, elapsed="2000", credential=""):
    typed = {"visit": way.visit(visitor.page("/sign-in/")), "error": error, "elapsed_ms": elapsed}
    return visitor.client.post(POST, {**typed, "credential": credential})


@pytest.mark.parametrize("error", ERRORS)
def test_each_reason_has_its_page_and_its_event(error, visitor):
    told = fail(visitor, error)
    assert told.url == f"{POST}?reason={ERRORS[error]}"
    page = visitor.client.get(told.url)
    assert page.status_code == 422
    assert f'data-page="sign-in-passkey" data-reason="{ERRORS[error]}"' in page.content.decode()
    event = Event.objects.get(name="sign_in.refused")
    assert (event.reason, event.outcome, event.details, event.profile_id) == (ERRORS[error], "refused", {"kind": "passkey"}, None)  # fmt: skip
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("elapsed", "reason"),
    [("0", "refused_at_once"), ("999", "refused_at_once"), ("1000", "cancelled"), ("", "cancelled"), ("-1", "unknown")],
)
def test_a_no_within_a_second_came_from_the_browser(elapsed, reason, visitor):
    assert fail(visitor, "NotAllowedError", elapsed).url == f"{POST}?reason={reason}"


def test_a_credential_that_is_too_long_is_no_fault_of_ours(visitor):
    assert fail(visitor, "", credential="x" * 70_000).url == f"{POST}?reason=unknown"


@pytest.mark.parametrize("reason", ["", "made_up", "already_registered", "wrong", "<b>"])
def test_a_page_of_no_reason_leads_to_the_ways(reason, visitor):
    assert visitor.client.get(POST, {"reason": reason}).url == "/sign-in/"


@pytest.mark.parametrize("reason", ["cancelled", "refused_at_once", "unknown", "bad_options"])
def test_trying_again_is_one_press(reason, visitor, person):
    one, page = way.stored(person), visitor.page(f"{POST}?reason={reason}")
    assert "Use a passkey" in page
    assert visitor.client.post(POST, way.used(page, one)).url == "/account/"


@pytest.mark.parametrize("reason", ["no_javascript", "unsupported", "wrong_address"])
def test_where_trying_again_leads_to_nothing_there_is_no_button_for_it(reason, visitor):
    assert "Use a passkey" not in visitor.page(f"{POST}?reason={reason}")


def test_the_page_of_a_wrong_address_gives_the_right_one(visitor):
    assert 'href="http://localhost/sign-in/"' in visitor.page(f"{POST}?reason=wrong_address")


def test_where_no_passkey_is_asked_for_none_can_be_tried_again(visitor):
    visitor.client.cookies["careid-visit"] = visits.begin(kinds=[ANOTHER]).token
    assert "Use a passkey" not in visitor.page(f"{POST}?reason=cancelled")


def test_its_form_may_lead_to_the_service_that_asks(visitor):
    visit = visits.begin(origin="https://service.example")
    visitor.client.cookies["careid-visit"] = visit.token
    policy = visitor.client.get(f"{POST}?reason=cancelled").headers["Content-Security-Policy"]
    assert "https://service.example" in policy


def test_a_form_of_another_visit_does_nothing(visitor):
    typed = {"visit": way.visit(Visitor().page("/sign-in/")), "error": "unsupported"}
    assert visitor.client.post(POST, typed).url == "/sign-in/"
    assert not Event.objects.exists()


def test_after_sixty_an_hour_the_page_is_the_same_and_no_event_is_left(visitor):
    fail(visitor, "AbortError")
    LimitCount.objects.filter(limit="passkey_notes").update(count=59)
    assert [fail(visitor, "AbortError").url for _ in range(2)] == [f"{POST}?reason=cancelled"] * 2
    assert Event.objects.filter(name="sign_in.refused").count() == 2


def test_a_form_whose_token_was_stale_does_nothing_and_shows_the_ways_again():
    visitor = Visitor(Client(enforce_csrf_checks=True))
    told = visitor.client.post(POST, {"visit": way.visit(visitor.page("/sign-in/")), "error": "unsupported"})
    assert told.status_code == 403
    assert "Use a passkey" in told.content.decode()
    assert not Event.objects.exists()
