import pyotp
import pytest
from django.utils import timezone

from authenticators.totp import adding
from careid.errors import Refused
from careid.trail.models import Event
from desk import diagnosis
from enrolment.models import Attempt
from tests.threads import at_once


def wrong_code(key):
    now = int(timezone.now().timestamp()) // 30
    near = {pyotp.TOTP(key).generate_otp(step) for step in range(now - 15, now + 16)}
    return next(f"{number:06}" for number in range(100) if f"{number:06}" not in near)


@pytest.mark.django_db(transaction=True)
def test_ten_wrong_codes_at_once_count_ten(visitor, person):
    key = visitor.reach_app(person)
    attempt, code = Attempt.objects.get(), wrong_code(key)

    def press():
        try:
            adding.finish(attempt=attempt, code=code)
        except Refused as refused:
            return refused.reason

    assert sorted(at_once([press] * 10, held=Attempt.objects.all())) == ["new_key", *["wrong"] * 9]
    entry = Attempt.objects.get().pending["totp"]
    assert (entry["tries"], entry["keys"]) == (0, 2)
    assert entry["key"] != key


@pytest.mark.django_db
def test_a_wrong_code_leaves_an_event_that_says_why(visitor, person):
    visitor.app_code(wrong_code(visitor.reach_app(person)))
    told, attempt = Event.objects.get(name="ceremony.rejected"), Attempt.objects.get()
    assert (told.outcome, told.reason, told.details) == ("refused", "wrong", {"kind": "totp"})
    assert (told.profile_id, told.attempt_id, told.reference) == (person.pk, attempt.pk, attempt.reference)
    [visit] = diagnosis.attempts(Event.objects.filter(profile_id=person.pk))
    assert visit.outcome == "Could not add it: a wrong code was typed"
