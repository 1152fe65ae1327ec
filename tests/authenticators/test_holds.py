from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from authenticators import holds
from authenticators.models import Authenticator
from careid.errors import Refused
from careid.pages import times
from careid.people.models import Profile
from careid.trail import duties
from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import record
from tests import kinds
from tests.visitors import post

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)


def ago(**past):
    return timezone.now() - timedelta(**past)


def waits(authenticator):
    return authenticator.usable_from - authenticator.added_at


@pytest.fixture
def held(person):
    return Authenticator.objects.create(
        profile=person,
        kind=kinds.some_kind(),
        external_id="x",
        material={"key": "k"},
        added_by="person",
        usable_from=timezone.now() + DAY,
    )


@pytest.mark.parametrize("changed", ["email_changed_at", "nino_changed_at"])
@pytest.mark.parametrize(("past", "hold"), [({"days": 6, "hours": 23}, DAY), ({"days": 7, "hours": 1}, timedelta())])
def test_what_is_added_in_the_week_after_a_change_waits_a_day(changed, past, hold, make_person, visitor):
    visitor.enrol(make_person(**{changed: ago(**past)}))
    assert waits(Authenticator.objects.get()) == hold


def test_the_page_and_the_mail_say_from_when_it_works_and_the_event_how_long_it_waits(make_person, visitor, settings):
    settings.HOLD_AFTER_CHANGE = timedelta(hours=3)
    done = visitor.client.get(visitor.enrol(make_person(email_changed_at=ago(hours=1))).url).content.decode()
    one = Authenticator.objects.get()
    day = timezone.localtime(one.usable_from).strftime("%B %Y")
    assert waits(one) == timedelta(hours=3)
    assert not one.usable(timezone.now())
    assert "from now on" not in done
    title = " ".join(done[done.index("<h1") : done.index("</h1")].split())
    assert title.endswith(f"works from {times.soon(one.usable_from)}")
    assert day in done
    assert Event.objects.get(name="authenticator.added").details == {"kind": kinds.some_kind(), "hours_on_hold": 3}
    body = post()[-1].body
    assert "from now on" not in body
    assert day in body


def test_what_is_added_beside_a_live_one_waits_a_day(person, make_visitor):
    for _ in range(2):
        make_visitor().enrol(person)
    assert [waits(one) for one in Authenticator.objects.order_by("added_at")] == [timedelta(), DAY]


@pytest.mark.parametrize(("state", "hold"), [("suspended", DAY), ("revoked", timedelta())])
def test_a_stopped_one_counts_as_one_beside_and_a_removed_one_does_not(state, hold, person, make_visitor):
    make_visitor().enrol(person)
    Authenticator.objects.update(state=state, state_reason="lost")
    make_visitor().enrol(person)
    assert waits(Authenticator.objects.latest("added_at")) == hold


def test_nothing_waits_beside_a_live_one_where_the_setting_is_none(person, make_visitor, settings):
    settings.HOLD_WHERE_ONE_STANDS = timedelta()
    for _ in range(2):
        make_visitor().enrol(person)
    assert {waits(one) for one in Authenticator.objects.all()} == {timedelta()}


def test_of_two_holds_the_longer_one_counts(make_person, settings):
    settings.HOLD_AFTER_CHANGE, settings.HOLD_WHERE_ONE_STANDS = timedelta(hours=3), timedelta(hours=5)
    changed = make_person(email_changed_at=ago(hours=1))
    assert holds.hold(changed, timezone.now()) == timedelta(hours=3)
    assert holds.hold(changed, timezone.now(), beside=True) == timedelta(hours=5)


def test_a_profile_without_an_address_to_warn_waits(make_person):
    assert holds.hold(make_person(email=None), timezone.now()) == DAY
    assert holds.hold(make_person(), timezone.now()) == timedelta()


def test_a_hold_is_lifted_once_with_an_event_and_a_mail(held):
    assert holds.lift(authenticator=held, by="admin:2", reason="asked_by_person", note="Called back") is True
    assert holds.lift(authenticator=held, by="admin:2", reason="asked_by_person") is False
    held.refresh_from_db()
    assert held.usable(timezone.now())
    told = Event.objects.get(name="authenticator.hold_lifted")
    assert (told.actor, told.reason, told.details) == (
        "admin:2",
        "asked_by_person",
        {"kind": kinds.some_kind(), "note": "Called back"},
    )
    assert [mail.subject for mail in post()] == ["Care ID: Authenticator app works now"]


@pytest.mark.parametrize("name", duties.LED_TO_IT)
def test_who_led_to_a_hold_does_not_lift_it(name, held, person):
    record(EventName(name), actor="admin:1", profile=person)
    with pytest.raises(Refused, match="own_change"):
        holds.lift(authenticator=held, by="admin:1", reason="asked_by_person")
    assert holds.lift(authenticator=held, by="admin:2", reason="asked_by_person") is True


@pytest.mark.parametrize("state", ["suspended", "revoked"])
def test_a_stopped_one_has_no_hold_to_lift(state, held):
    Authenticator.objects.update(state=state, state_reason="lost")
    assert holds.lift(authenticator=held, by="admin:2", reason="asked_by_person") is False


def test_an_import_that_changes_an_address_or_a_number_puts_what_is_added_on_hold(make_person, tmp_path):
    columns = "user_id,given_name,family_name,email,national_insurance_number,organisation_code,identity_level"
    people = [make_person() for _ in range(3)]
    emails, ninos = [one.email for one in people], [one.nino for one in people]
    emails[0], ninos[1] = "new@example.nhs.uk", "PP999901C"
    rows = [
        f"{one.user_id},Ama,Sample,{email},{nino},RX1,3" for one, email, nino in zip(people, emails, ninos, strict=True)
    ]
    (tmp_path / "people.csv").write_text("\n".join([columns, *rows]))
    call_command("import_profiles", str(tmp_path / "people.csv"), stdout=StringIO(), stderr=StringIO())
    fresh = [Profile.objects.get(pk=one.pk) for one in people]
    assert [holds.hold(one, timezone.now()) for one in fresh] == [DAY, DAY, timedelta()]


def test_while_a_report_is_open_no_hold_is_lifted(held):
    Profile.objects.update(reported_at=timezone.now())
    with pytest.raises(Refused, match="reported"):
        holds.lift(authenticator=held, by="admin:2", reason="urgent_care")
    assert not Event.objects.exists()


def test_a_first_import_sets_no_change_date(person):
    assert not Profile.objects.get(pk=person.pk).changed_lately(timezone.now())
