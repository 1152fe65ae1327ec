"""What every kind must hold. A new one is covered by being registered; its tests give it a way to be added."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.db.models import BooleanField
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import escape
from django.utils.module_loading import import_string

from authenticators import actions
from authenticators.kind import Kind
from authenticators.models import Authenticator
from authenticators.refusals import Refusal
from authenticators.registry import KINDS, choices, package
from careid.errors import Reason, Refused
from careid.finding import Check
from careid.limits import limits
from careid.people.models import Organisation
from careid.post.models import Mail
from careid.trail.models import Event
from careid.trail.names import EventName
from desk import words
from enrolment.models import Attempt
from operating import doctor
from profiles import inviting
from tests.test_architecture import PUBLIC
from tests.visitors import Visitor, post

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def verified(person):
    visitor = Visitor()
    visitor.verify(person)
    return visitor, Attempt.objects.latest("started_at")


def added(kind, attempt, external_id="one"):
    return actions.add(attempt=attempt, kind=kind, external_id=external_id, material={"made": "up"})


@each_kind
def test_it_is_data_under_its_own_name(kind):
    assert isinstance(kind, Kind)
    assert kind.slug == Path(import_module(f"authenticators.{kind.slug}").__file__).parent.name
    assert (kind.slug, kind.title) in choices()
    assert kind.title
    assert kind.hint
    assert kind.need
    assert not kind.need.endswith(".")  # one of a list
    assert kind.most >= 1


@each_kind
def test_what_it_needs_stands_on_the_start_page_and_in_the_invitation(kind, person, client):
    assert escape(kind.need) in client.get("/").content.decode()
    inviting.invite(profile=person, by="command:test")
    [sent] = post()
    assert f"\n- {kind.need}\n" in sent.body


@each_kind
def test_no_page_style_or_script_outside_its_folder_names_it(kind):
    outside = [path for folder in ("templates", "static") for path in (ROOT / folder).rglob("*") if path.is_file()]
    assert outside
    assert not [str(path) for path in outside if re.search(kind.slug, path.read_text(), re.IGNORECASE)]


@each_kind
def test_what_it_counts_is_a_limit_like_any_other(kind):
    for limit in import_string(kind.limits) if kind.limits else ():
        assert limits.ALL[limit.name] is limit
        assert limits.modes(f"enforce,{limit.name}=shadow")[limit.name] == "shadow"


@each_kind
def test_what_it_looks_at_is_a_line_of_the_doctor(kind):
    looked_at = list(doctor.of_kinds())
    for check in import_string(kind.findings) if kind.findings else ():
        assert isinstance(check, Check)
        assert check in looked_at


@each_kind
def test_where_an_organisation_must_turn_it_on_the_desk_has_the_switch(kind, organisation, admin_client):
    page = admin_client.get(f"/admin/careid/organisation/{organisation.pk}/change/").content.decode()
    if kind.organisation_switch:
        assert isinstance(Organisation._meta.get_field(kind.organisation_switch), BooleanField)
        assert f'name="{kind.organisation_switch}"' in page


@each_kind
def test_where_an_organisation_must_turn_it_on_it_is_offered_only_then(kind, person):
    assert kind.is_offered(person)
    if kind.organisation_switch:
        setattr(person.organisation, kind.organisation_switch, False)
        assert not kind.is_offered(person)


def sources(kind):
    """The modules of a kind, but the one that holds its words."""
    folder = Path(import_module(package(kind.slug)).__file__).parent
    return [ast.parse(path.read_text()) for path in folder.rglob("*.py") if path.name != "words.py"]


def calls(kind):
    return [node for tree in sources(kind) for node in ast.walk(tree) if isinstance(node, ast.Call)]


@each_kind
def test_every_reason_that_it_records_has_words_at_the_desk(kind):
    for reason in (*kind.reasons, *Refusal):
        assert reason.words.rstrip(".") == reason.words
        event = Event(name=EventName.CEREMONY_REJECTED, reason=reason.value, details={"kind": kind.slug})
        assert words.event(event) == f"Could not add it: {reason.words}"


@each_kind
def test_it_can_record_no_other_reason(kind, person):
    class Other(Reason):
        MADE_UP = "made_up", "made up"

    _, attempt = verified(person)
    with pytest.raises(ValueError, match="made_up"):
        actions.rejected(attempt=attempt, kind=kind, reason=Other.MADE_UP)
    assert not Event.objects.filter(reason="made_up").exists()


@each_kind
def test_each_reason_is_of_a_closed_list_and_none_is_a_word_in_passing(kind):
    """mypy holds the same; so that a run of the tests alone shows it too."""
    raised = [call.args[0] for call in calls(kind) if ast.unparse(call.func) in {"Rejected", "Unreachable"}]
    noted = [one.value for call in calls(kind) for one in call.keywords if one.arg == "reason"]
    assert not [ast.unparse(one) for one in raised + noted if isinstance(one, ast.Constant)]
    lists = [one for one in Reason.__subclasses__() if one.__module__.startswith(f"{package(kind.slug)}.")]
    assert {member for one in lists for member in one} <= set(kind.reasons)


@each_kind
def test_it_has_no_words_for_a_reason_that_it_never_gives(kind):
    used = {ast.unparse(node) for tree in sources(kind) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    own = [one for one in kind.reasons if type(one).__module__.startswith(f"{package(kind.slug)}.")]
    assert {f"{type(one).__name__}.{one.name}" for one in own} <= used


@each_kind
def test_it_notes_what_led_to_nothing_through_the_one_function_that_knows_its_reasons(kind):
    assert not [
        node for tree in sources(kind) for node in ast.walk(tree) if getattr(node, "attr", "") == "CEREMONY_REJECTED"
    ]


@each_kind
def test_it_has_a_first_page_and_a_template(kind):
    assert reverse(kind.url) == f"/authenticators/{kind.slug}/"
    for name in ("add", "after"):
        get_template(f"authenticators/{kind.slug}/{name}.html")


@each_kind
def test_its_pages_that_are_open_to_all_are_listed_in_its_tests(kind):
    listed = ROOT / "tests" / "authenticators" / kind.slug / "open_pages.txt"
    views = {path: view for path, view in PUBLIC.items() if view.__module__.startswith(f"{package(kind.slug)}.")}
    assert views
    opened = sorted(path for path, view in views.items() if view.step is None)
    assert opened == (listed.read_text().splitlines() if listed.exists() else [])


@each_kind
def test_its_pages_are_closed_to_a_stranger(kind, visitor):
    assert visitor.client.get(reverse(kind.url)).url == "/details/"
    assert visitor.client.post(reverse(kind.url)).url == "/details/"


@each_kind
def test_its_pages_are_closed_before_the_code(kind, visitor, person):
    visitor.details(person)
    assert visitor.client.get(reverse(kind.url)).url == "/code/"


@each_kind
def test_it_is_offered_and_chosen(kind, person):
    visitor, _ = verified(person)
    assert kind.title in visitor.client.get("/authenticators/").content.decode()
    assert visitor.client.post("/authenticators/", {"kind": kind.slug}).url == reverse(kind.url)


@each_kind
def test_it_is_neither_offered_nor_open_where_the_organisation_does_not_take_part(kind, person):
    person.organisation.kinds_off = [kind.slug]
    person.organisation.save()
    visitor, attempt = verified(person)
    assert kind.hint not in visitor.client.get("/authenticators/").content.decode()
    assert visitor.client.post("/authenticators/", {"kind": kind.slug}).status_code == 422
    assert visitor.client.get(reverse(kind.url)).url == "/authenticators/"
    with pytest.raises(Refused, match="not_available"):
        added(kind, attempt)


@each_kind
def test_adding_one_leaves_a_row_an_event_and_a_mail(kind, person):
    _, attempt = verified(person)
    one = added(kind, attempt)
    assert Authenticator.objects.get().pk == one.pk
    assert Event.objects.filter(name="authenticator.added", authenticator_id=one.pk, profile_id=person.pk).count() == 1
    assert Mail.objects.filter(template="authenticator_added", profile=person).count() == 1


@each_kind
@pytest.mark.parametrize("undone", [False, True])
def test_its_confirmation_is_there_before_and_after_undoing(kind, undone, person):
    visitor, attempt = verified(person)
    one = added(kind, attempt)
    if undone:
        visitor.client.post(reverse("undo", args=[one.pk]))
    assert visitor.client.get(reverse("done", args=[one.pk])).status_code == 200


@each_kind
def test_the_right_to_add_is_spent_by_the_first(kind, person):
    _, attempt = verified(person)
    added(kind, attempt)
    with pytest.raises(Refused, match="not_verified"):
        added(kind, attempt, "two")


@each_kind
def test_it_keeps_its_limit(kind, person):
    for number in range(kind.most):
        Authenticator.objects.create(
            profile=person, kind=kind.slug, external_id=str(number), material={}, added_by="person"
        )
    visitor, attempt = verified(person)
    assert kind.hint not in visitor.client.get("/authenticators/").content.decode()
    with pytest.raises(Refused, match="limit"):
        added(kind, attempt)


@each_kind
def test_one_that_is_live_elsewhere_is_refused(kind, person, make_person):
    added(kind, verified(make_person())[1], "shared")
    with pytest.raises(Refused, match="taken"):
        added(kind, verified(person)[1], "shared")


@each_kind
def test_a_profile_that_was_closed_meanwhile_gets_none(kind, person):
    _, attempt = verified(person)
    person.state, person.closed_reason = "closed", "leaver"
    person.save()
    with pytest.raises(Refused, match="not_available"):
        added(kind, attempt)
