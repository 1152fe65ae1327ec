"""People in moves at the desk, by name, for the Registration Authority of their organisation: whom to call."""

import csv
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apply.models import Invitation
from careid.people import spreadsheets
from careid.people.models import Organisation
from careid.trail.models import Event
from desk import exports, mover_filters, movers_file
from moves.models import Person
from tests.desk.door.admins import role, stale
from tests.desk.movers import a_move, adds, somebody

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/moves/person/"
EXPORT = f"{PEOPLE}export/"
CALLED = "The call was noted."


@pytest.fixture
def manager(organisation):
    return role("RA manager", organisation)


@pytest.fixture
def move(db):
    return a_move(slug="old-codes")


def page_of(one, verb="change"):
    return f"{PEOPLE}{one.pk}/{verb}/"


def listed(client, **query):
    return {one.family_name for one in client.get(PEOPLE, query).context["cl"].result_list}


def lines(answer):
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith(spreadsheets.BOM)
    return list(csv.reader(text.removeprefix(spreadsheets.BOM).splitlines()))


@pytest.fixture
def people(move, organisation, make_person):
    """Each by how far they are."""
    ready, on_hold, stopped, on_file = (make_person() for _ in range(4))
    now = timezone.now()
    adds(ready), adds(on_hold, usable_from=now + timedelta(days=1))
    adds(stopped, state="suspended", state_reason="lost")
    rows = {
        "Ready": {"profile": ready},
        "Held": {"profile": on_hold},
        "Stopped": {"profile": stopped},
        "Onfile": {"profile": on_file},
        "Nowhere": {},
        "Nay": {"answer": "no_mfa"},
        "Keeps": {"way": "smartcard", "answer": "keep_smartcard"},
        "Card": {"way": "smartcard"},
        "Pretends": {"answer": "keep_smartcard"},
        "Called": {"call": "done"},
        "Waits": {"answer": "wants_call", "call": "wanted"},
    }
    return {name: somebody(move, organisation, family_name=name, **more) for name, more in rows.items()}


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"standing": "out"}, {"Stopped", "Onfile", "Nowhere", "Card", "Pretends", "Called", "Waits"}),
        ({"standing": "not-ready"}, {"Held", "Stopped", "Onfile", "Nowhere", "Card", "Pretends", "Called", "Waits"}),
        ({"standing": "ready"}, {"Ready", "Keeps"}),
        ({"standing": "no"}, {"Nay"}),
        ({"call": "wanted"}, {"Waits"}),
        ({"call": "done"}, {"Called"}),
        ({"way__exact": "smartcard"}, {"Keeps", "Card"}),
        ({"standing": "out", "way__exact": "smartcard"}, {"Card"}),
        ({"q": "Kee"}, {"Keeps"}),
        ({"q": "Bo Kee"}, {"Keeps"}),
        ({"q": "999999999999"}, set()),
    ],
)
def test_the_list_is_narrowed_to_whom_to_call(query, names, manager):
    assert listed(manager, **query) == names


def test_somebody_is_found_by_address(manager, people):
    assert listed(manager, q=people["Card"].email.upper()) == {"Card"}


def test_the_list_says_how_far_each_is(manager, people):
    page = manager.get(PEOPLE).context["cl"]
    said = {one.family_name: page.model_admin.how_far(one) for one in page.result_list}
    assert said["Ready"] == said["Keeps"] == "Ready"
    assert said["Held"] == said["Stopped"] == "Added, and cannot use it yet"
    assert said["Onfile"] == "On file, has added nothing"
    assert said["Nay"] == "Answered: does not want the new way"
    assert said["Nowhere"] == "Not on file"


def test_only_people_of_moves_that_run_are_locked_out_or_called(manager, organisation):
    for state in ("done", "cancelled"):
        somebody(a_move(state=state), organisation, call="wanted")
    assert listed(manager, standing="out") == listed(manager, call="wanted") == set()
    assert "wants a call" not in manager.get("/admin/").content.decode()


def test_one_move_is_chosen(manager, move, organisation):
    other = a_move()
    somebody(move, organisation, family_name="Here"), somebody(other, organisation, family_name="There")
    assert listed(manager, move=move.pk) == {"Here"}
    for odd in ("0", "x", "9" * 30):
        assert listed(manager, move=odd) == {"Here", "There"}


def test_however_many_moves_there_are_each_is_reached_and_those_that_run_are_offered_first(
    manager, move, organisation, monkeypatch
):
    monkeypatch.setattr(mover_filters, "MOVES_LISTED", 1)
    today = timezone.localdate()
    over = a_move(state="done", title="Is over", ends_on=today + timedelta(days=90))
    later = a_move(ends_on=today + timedelta(days=60))
    for name, one in (("Here", move), ("Late", later), ("Past", over)):
        somebody(one, organisation, family_name=name)
    for name, one in (("Here", move), ("Late", later), ("Past", over)):
        assert listed(manager, move=one.pk) == {name}
    assert listed(manager, standing="out") == {"Here", "Late"}
    shown = manager.get(PEOPLE).context["cl"].filter_specs
    assert [one.lookup_choices for one in shown if one.title == "move"] == [[(str(later.pk), later.title)]]


def test_a_move_that_is_not_theirs_narrows_nothing(manager, move, organisation):
    somebody(move, organisation, family_name="Here")
    other = a_move()
    somebody(other, Organisation.objects.create(code="RX2"), family_name="There")
    assert listed(manager, move=other.pk) == {"Here"}


def test_a_page_says_who_will_be_locked_out_and_when_a_call_suits(manager, people):
    waits = people["Waits"]
    waits.when_words = "Mondays <b>after</b> ten"
    waits.save()
    text = manager.get(page_of(waits)).content.decode()
    assert "they will be locked out after" in text
    assert "Mondays &lt;b&gt;after&lt;/b&gt; ten" in text
    for name in ("Ready", "Nay", "Held"):
        assert "they will be locked out after" not in manager.get(page_of(people[name])).content.decode()


def test_when_a_call_suits_is_told_to_who_calls(people, organisation):
    waits = people["Waits"]
    waits.when_words = "Mondays"
    waits.save()
    text = role("Auditor", organisation).get(page_of(waits)).content.decode()
    assert "Mondays" not in text


def test_help_begins_from_there(manager, people, organisation):
    one = people["Onfile"]
    text = manager.get(page_of(one)).content.decode()
    assert f"/admin/careid/profile/{one.profile_id}/assist/" in text
    assert f"/admin/careid/profile/{one.profile_id}/assist/" not in (
        role("Auditor", organisation).get(page_of(one)).content.decode()
    )
    assert "/assist/" not in manager.get(page_of(people["Nowhere"])).content.decode()


def test_another_organisations_profile_is_named_to_nobody_here(manager, move, organisation, make_person):
    elsewhere = Organisation.objects.create(code="RX2", name="Hillside Surgery")
    profile = make_person(organisation=elsewhere, email="other.address@example.nhs.uk")
    one = somebody(move, organisation, profile=profile, call="wanted")
    text = manager.get(page_of(one)).content.decode()
    assert "Another organisation looks after their profile." in text
    for mark in (profile.user_id, profile.email, "Hillside", "RX2", f"/profile/{profile.pk}/"):
        assert mark not in text
    answer = manager.post(page_of(one, "called"), {}, follow=True)
    assert profile.user_id not in answer.content.decode()


def test_the_invitation_of_who_is_not_on_file_is_one_step_away(manager, move, organisation):
    def asked(where):
        number = Invitation.objects.count()
        return Invitation.objects.create(
            organisation=where, by="system", given_name="A", family_name="B", email=f"a{number}@example.nhs.uk",
            token_hash=bytes([number]) * 32, expires_at=timezone.now() + timedelta(days=9),
        )  # fmt: skip

    ours, theirs = asked(organisation), asked(Organisation.objects.create(code="RX2"))
    text = manager.get(page_of(somebody(move, organisation, invitation=ours))).content.decode()
    assert f"/admin/apply/invitation/{ours.pk}/" in text
    text = manager.get(page_of(somebody(move, organisation, invitation=theirs))).content.decode()
    assert "/admin/apply/invitation/" not in text


def test_a_call_is_noted_and_leaves_the_list(manager, people):
    assert "1 person wants a call about a service that changes" in manager.get("/admin/").content.decode()
    answer = manager.post(page_of(people["Waits"], "called"), {"note": "Rang twice"}, follow=True)
    assert [str(one) for one in answer.context["messages"]] == [CALLED]
    assert answer.redirect_chain[-1][0] == page_of(people["Waits"])
    assert listed(manager, call="wanted") == set()
    [event] = Event.objects.all()
    assert (event.name, event.actor, event.organisation) == ("move.call_done", f"admin:{manager.user.pk}", "RX1")
    again = manager.post(page_of(people["Waits"], "called"), {}, follow=True)
    assert [str(one) for one in again.context["messages"]] == ["Nothing was changed: they wait for no call."]


def test_who_only_looks_notes_no_call(people, organisation):
    auditor = role("Auditor", organisation)
    assert auditor.post(page_of(people["Waits"], "called"), {}).status_code == 403
    assert Person.objects.get(pk=people["Waits"].pk).call == "wanted"


def test_a_note_with_a_number_is_refused(manager, people):
    answer = manager.post(page_of(people["Waits"], "called"), {"note": "PP 12 34 56 C"})
    assert answer.status_code == 422
    assert not Event.objects.exists()


def test_the_file_has_the_filtered_list_and_no_formula(manager, people, organisation):
    somebody(people["Card"].move, organisation, family_name="=1+1", given_name="@Bo", way="smartcard")
    header, *rows = lines(manager.get(EXPORT, {"standing": "out", "way__exact": "smartcard"}))
    assert header == list(movers_file.COLUMNS)
    assert sorted(row[3] for row in rows) == ["'=1+1", "Card"]
    card = next(row for row in rows if row[3] == "Card")
    end = people["Card"].move.ends_on.isoformat()
    assert card == ["old-codes", end, "Bo", "Card", people["Card"].email, "RX1", "smartcard", "Not on file", ""]


def test_that_the_file_was_asked_for_stands_in_the_trail_first(manager, people):
    answer = manager.get(EXPORT)
    [event] = Event.objects.all()
    assert (event.name, event.organisation, event.details) == ("move.exported", "RX1", {"move": "old-codes"})
    assert len(lines(answer)) == len(people) + 1


@pytest.mark.usefixtures("people")
def test_a_move_stands_in_the_trail_of_those_organisations_alone_whose_people_of_it_are_in_the_file(
    manager, organisation
):
    elsewhere = Organisation.objects.create(code="RX2")
    manager.user.organisations.add(elsewhere)
    somebody(a_move(slug="new-codes"), elsewhere)
    manager.get(EXPORT)
    told = sorted((one.organisation, one.details["move"]) for one in Event.objects.all())
    assert told == [("RX1", "old-codes"), ("RX2", "new-codes")]


def test_that_a_file_of_nobody_was_asked_for_is_told_too(manager):
    manager.get(EXPORT)
    [event] = Event.objects.all()
    assert (event.organisation, event.details) == ("RX1", {"move": ""})


def test_the_file_is_read_in_short_statements(manager, people, monkeypatch):
    monkeypatch.setattr(exports, "ROWS_AT_ONCE", 2)
    answer = manager.get(EXPORT)
    parts = iter(answer.streaming_content)
    next(parts)
    with CaptureQueriesContext(connection) as asked:
        next(parts)
    assert len(asked) == 2  # the keys, and their rows
    assert len(list(parts)) == len(people) - 1


def test_the_file_asks_for_the_factor_again_and_for_a_get(manager, people):
    assert "/admin/login/second/" in stale(manager).get(EXPORT)["Location"]
    assert manager.head(EXPORT).status_code == manager.post(EXPORT).status_code == 405
    assert not Event.objects.exists()


def test_an_odd_query_gets_an_answer(manager, people):
    for query in ("q=%00", "standing=%00", "move=%00", "call=x", "p=x", "shoe=1", "q=%ED%A0%80", "way__exact=%00"):
        assert manager.get(f"{PEOPLE}?{query}").status_code in {200, 302, 400}
    for pk in ("x", "_00", "99", "%ED%A0%80"):
        assert manager.get(f"{PEOPLE}{pk}/change/").status_code in {400, 404}


def test_a_number_in_the_search_goes_no_further(manager, people):
    assert manager.get(PEOPLE, {"q": "PP000001A"})["Location"] == PEOPLE


def test_the_list_asks_as_much_for_many_as_for_few(manager, move, organisation, make_person):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            manager.get(PEOPLE)
        return len(captured)

    def rows(count):
        for _ in range(count):
            somebody(move, organisation, profile=make_person())

    rows(2)
    few = asked()
    rows(20)
    assert asked() == few


def test_an_operator_sees_those_of_a_draft_too(admin_client, organisation):
    somebody(a_move(state="draft"), organisation, family_name="Loaded")
    assert listed(admin_client) == {"Loaded"}
