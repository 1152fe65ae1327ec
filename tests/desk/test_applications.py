"""Applications for a profile at the desk: the queue, the page, the check, yes and no."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apply.models import Application
from apply.reasons import REJECTIONS
from careid.limits import counting, limits
from careid.people.models import Organisation, Profile
from careid.trail.models import Event
from desk.application_verbs import APPLICATION
from desk.application_words import REFUSED
from tests.apply.applications import applied, checked, invited
from tests.desk.door.admins import role, stale
from tests.visitors import post

pytestmark = pytest.mark.django_db
LIST = "/admin/apply/application/"
NUMBER = "PP999901C"  # made up: PP is never issued
CHECK = {
    "checked": "video", "checked_by": "me", "route": "one_photo", "photo": ["passport"],
    "address": ["utility_bill", "council_tax"], "note": "Came on Friday",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _range(settings):
    settings.USER_ID_RANGE = "555000000001-555000000099"


@pytest.fixture
def agent(organisation):
    return role("RA agent", organisation)


@pytest.fixture
def elsewhere():
    return Organisation.objects.create(code="RX2", name="Hillside Surgery")


def page(row, verb="change"):
    return f"{LIST}{row.pk}/{verb}/"


def text(response):
    return response.content.decode()


def said(response):
    return [str(message) for message in response.context["messages"]]


def listed(client, query=""):
    return [row.pk for row in client.get(LIST + query).context["cl"].result_list]


def ago(row, days):
    Application.objects.filter(pk=row.pk).update(submitted_at=timezone.now() - timedelta(days=days))
    return row


class TestTheQueue:
    def test_the_oldest_that_waits_stands_first_and_what_is_decided_is_out_of_it(self, agent, organisation):
        new, old = applied(organisation), ago(applied(organisation), 5)
        done = ago(applied(organisation), 9)
        Application.objects.filter(pk=done.pk).update(state="rejected", decided_at=timezone.now())
        assert listed(agent) == [old.pk, new.pk]
        shown = text(agent.get(LIST))
        assert "5 days ago" in shown
        assert "not checked yet" in shown
        assert listed(agent, "?state=rejected") == [done.pk]
        assert listed(agent, "?state=all") == [done.pk, old.pk, new.pk]
        assert listed(agent, "?state=made-up") == [old.pk, new.pk]

    def test_it_is_narrowed_by_age_and_by_the_check(self, agent, organisation):
        new, old = checked(organisation), ago(applied(organisation), 8)
        assert listed(agent, "?over=7") == [old.pk]
        assert listed(agent, "?over=14") == []
        assert listed(agent, "?over=nonsense") == [old.pk, new.pk]
        assert listed(agent, "?checked=yes") == [new.pk]
        assert listed(agent, "?checked=no") == [old.pk]

    @pytest.mark.parametrize("typed", ["reference", "bea sam", "Sámple", "SAMPLE BEA"])
    def test_somebody_is_found_by_reference_and_by_name_decided_or_not(self, typed, agent, organisation):
        one = applied(organisation)
        applied(organisation, given_name="Cy", family_name="Other")
        Application.objects.filter(pk=one.pk).update(state="rejected", decided_at=timezone.now())
        assert listed(agent, f"?q={one.invitation.reference.lower() if typed == 'reference' else typed}") == [one.pk]

    def test_a_name_is_found_that_could_be_a_reference_and_one_without_end_asks_for_no_more(self, agent, organisation):
        one = applied(organisation, family_name="Hjkmnp")
        applied(organisation, invitation=invited(organisation, reference="7K4-Q2M"))
        assert listed(agent, "?q=hjkmnp") == [one.pk]
        with CaptureQueriesContext(connection) as asked:
            assert listed(agent, f"?q={'h' * 3_000}") == []
        assert "h" * 255 not in str(asked.captured_queries)

    def test_a_number_typed_into_its_search_goes_no_further(self, agent):
        assert agent.get(f"{LIST}?q={NUMBER}").status_code == 302

    @pytest.mark.parametrize("name", ["RA manager", "RA agent", "Sponsor", "ID checker", "Auditor"])
    def test_no_role_sees_those_of_another_organisation(self, name, organisation, elsewhere):
        row, stranger = checked(organisation), role(name, elsewhere)
        assert listed(stranger, "?state=all") == listed(stranger, f"?q={row.invitation.reference}") == []
        for verb in ("change", "check", "approve", "reject"):
            for ask in (stranger.get, stranger.post):
                assert ask(page(row, verb)).status_code == 404

    def test_who_may_look_at_none_is_told_so(self, organisation):
        client = role("Service owner", organisation)
        assert client.get(LIST).status_code == 403
        assert client.get(page(applied(organisation))).status_code == 403

    def test_the_first_page_says_how_many_wait_to_whoever_may_look(self, organisation, elsewhere):
        ago(applied(organisation), 3), applied(organisation), applied(elsewhere)
        for name in ("RA agent", "Sponsor", "ID checker", "Auditor"):
            shown = text(role(name, organisation).get("/admin/"))
            assert "2 applications wait for a decision, the oldest for 3 days" in shown
        assert "wait for a decision" not in text(role("Service owner", organisation).get("/admin/"))
        assert "1 application waits for a decision<" in text(role("RA agent", elsewhere).get("/admin/"))


class TestThePage:
    def test_it_tells_who_applies_and_how_they_came(self, agent, organisation):
        jo = User.objects.create_user("jo", first_name="Jo", last_name="Smith")
        row = applied(
            organisation,
            invitation=invited(organisation, by=f"admin:{jo.pk}"),
            given_name="Beatrix",
            family_name="Example",
        )
        shown = text(agent.get(page(row)))
        for told in ("Bea Sample", "Beatrix Example", "28 February 1990", row.invitation.email, "Jo Smith",
                     row.invitation.reference, "record how their identity was checked"):  # fmt: skip
            assert told in shown
        assert row.number_fingerprints[0] not in shown
        assert "Nobody whom you look after has the same" in shown

    def test_who_it_may_be_stands_beside_it_and_nobody_of_another_organisation(
        self, agent, organisation, elsewhere, make_person
    ):
        mine = make_person(NUMBER, given_name="Cy")
        make_person(given_name="Bea", email="hidden@example.nhs.uk", organisation=elsewhere)
        twin, hidden = applied(organisation), applied(elsewhere)
        shown = text(agent.get(page(applied(organisation, number=NUMBER))))
        assert f'href="/admin/careid/profile/{mine.pk}/change/"' in shown
        assert "Same National Insurance number" in shown
        assert f'href="{page(twin)}"' in shown
        assert "Same name and date of birth" in shown
        for secret in ("hidden@example.nhs.uk", str(hidden.pk), "RX2"):
            assert secret not in shown

    @pytest.mark.parametrize(("name", "told"), [("ID checker", True), ("Sponsor", False), ("Auditor", False)])
    def test_whose_the_number_is_only_who_may_check_numbers_sees(self, name, told, organisation, make_person):
        person, row = make_person(NUMBER, given_name="Cy"), applied(organisation, number=NUMBER)
        other = applied(organisation, number=NUMBER, given_name="Di")
        address = make_person(given_name="Ed", email=row.invitation.email)
        shown = text(role(name, organisation).get(page(row)))
        for found in (f"/admin/careid/profile/{person.pk}/change/", page(other), "Same National Insurance number"):
            assert (found in shown) is told
        assert f"/admin/careid/profile/{address.pk}/change/" in shown
        shown = text(role(name, organisation).get(page(applied(organisation, number="PP999902C", given_name="Flo"))))
        assert ("the same number, email address" in shown) is told

    def test_once_decided_it_leads_to_the_profile_and_offers_nothing(self, agent, organisation):
        row = checked(organisation)
        shown = text(agent.post(page(row, "approve"), {}, follow=True))
        made = Profile.objects.get()
        assert f'href="/admin/careid/profile/{made.pk}/change/"' in shown
        assert made.user_id in shown
        assert 'id="alike"' not in shown
        for verb in APPLICATION:
            assert page(row, verb.slug) not in shown

    def test_a_date_of_birth_that_was_wiped_is_said_to_be(self, agent, organisation):
        row = applied(organisation)
        Application.objects.update(date_of_birth=None, state="rejected", decided_at=timezone.now())
        assert "wiped, 30 days after the decision" in text(agent.get(page(row)))

    @pytest.mark.parametrize(
        ("name", "verbs"),
        [
            ("RA manager", {"check", "approve", "reject"}), ("RA agent", {"check", "approve", "reject"}),
            ("Sponsor", {"check"}), ("ID checker", {"check"}), ("Auditor", set()),
        ],
    )  # fmt: skip
    def test_each_role_is_offered_what_it_may_do(self, name, verbs, organisation):
        client, row = role(name, organisation), checked(organisation)
        shown = text(client.get(page(row)))
        assert {verb.slug for verb in APPLICATION if page(row, verb.slug) in shown} == verbs
        for verb in {"check", "approve", "reject"} - verbs:
            assert client.post(page(row, verb)).status_code == 403

    def test_before_the_check_nobody_is_offered_to_approve(self, agent, organisation):
        row = applied(organisation)
        assert page(row, "approve") not in text(agent.get(page(row)))
        assert said(agent.post(page(row, "approve"), {}, follow=True)) == [REFUSED["not_checked"]]


class TestTheCheck:
    def test_it_is_recorded_with_its_documents(self, agent, organisation):
        row = applied(organisation)
        done = agent.post(page(row, "check"), CHECK, follow=True)
        assert done.redirect_chain == [(page(row), 302)]
        assert said(done) == ["The check was recorded."]
        fresh = Application.objects.get()
        assert (fresh.checked, fresh.checked_by, fresh.note) == ("video", f"admin:{agent.user.pk}", "Came on Friday")
        assert fresh.documents == ["council_tax", "passport", "utility_bill"]
        shown = text(done)
        assert "Passport" in shown
        assert "Came on Friday" in shown

    def test_it_stands_in_the_form_again_to_be_corrected(self, agent, organisation):
        row = applied(organisation)
        agent.post(page(row, "check"), CHECK)
        shown = text(agent.get(page(row, "check")))
        for value in ("video", "one_photo", "passport", "council_tax", "utility_bill"):
            assert f'value="{value}"' in shown
        assert shown.count("checked>") + shown.count('checked id="') >= 5
        assert "Came on Friday" in shown

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"checked": ""}, "Choose how their identity was checked"),
            ({"checked": "by phone"}, "Select a valid choice"),
            ({"route": ""}, "Choose by which documents"),
            ({"photo": []}, "Tick 1 more document with a photo, or choose another way"),
            ({"address": []}, "Tick 2 more documents with the address, or choose another way"),
            ({"photo": ["utility_bill"]}, "Select a valid choice"),
            ({"address": ["utility_bill", "utility_bill"]}, "Tick 1 more document with the address"),
            ({"route": "no_photo"}, "Tick 1 more signed passport photo"),
            ({"note": "ama@example.nhs.uk"}, "Leave an email address out"),
            ({"checked_by": "admin:999999"}, "Select a valid choice"),
            ({"photo": ["passport\0"]}, "Select a valid choice"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_recorded(self, change, told, agent, organisation):
        answer = agent.post(page(applied(organisation), "check"), CHECK | change)
        assert answer.status_code == 422
        assert told in text(answer)
        assert Application.objects.get().checked_at is None

    def test_a_colleague_of_the_organisation_may_be_named_and_hears_of_it(self, agent, organisation, elsewhere):
        colleague = role("ID checker", organisation, email="sam@example.nhs.uk").user
        stranger = role("ID checker", elsewhere, email="far@example.nhs.uk").user
        row = applied(organisation)
        assert agent.post(page(row, "check"), CHECK | {"checked_by": f"admin:{stranger.pk}"}).status_code == 422
        agent.post(page(row, "check"), CHECK | {"checked_by": f"admin:{colleague.pk}"})
        assert Application.objects.get().checked_by == f"admin:{colleague.pk}"
        assert [mail.to for mail in post()] == [["sam@example.nhs.uk"]]

    def test_who_applies_cannot_be_named_as_who_checked(self, agent, organisation):
        own = role("RA agent", organisation, email="Own@example.nhs.uk").user
        row = applied(organisation, invitation=invited(organisation, email="own@example.nhs.uk"))
        answer = agent.post(page(row, "check"), CHECK | {"checked_by": f"admin:{own.pk}"})
        assert answer.status_code == 422
        assert f'value="admin:{own.pk}"' not in text(answer)

    def test_who_checks_identity_and_decides_nothing_may_record_it(self, organisation):
        row = applied(organisation)
        role("ID checker", organisation).post(page(row, "check"), CHECK)
        assert Application.objects.get().route == "one_photo"

    def test_what_was_decided_meanwhile_is_told(self, agent, organisation):
        row = applied(organisation)
        Application.objects.update(state="rejected", decided_at=timezone.now())
        assert said(agent.post(page(row, "check"), CHECK, follow=True)) == [REFUSED["decided"]]


class TestYes:
    def test_a_profile_is_made_and_the_person_is_told(self, agent, organisation):
        row = checked(organisation)
        done = agent.post(page(row, "approve"), {"note": "Seen in person"}, follow=True)
        assert done.redirect_chain == [(page(row), 302)]
        assert "The profile was made" in said(done)[0]
        made = Profile.objects.get()
        assert (made.user_id, str(made)) == ("555000000001", "Bea Sample")
        assert [mail.to for mail in post()] == [[made.email]]
        event = Event.objects.get(name="application.approved")
        assert (event.actor, event.details["note"]) == (f"admin:{agent.user.pk}", "Seen in person")

    def test_where_the_names_differ_it_is_asked_which(self, agent, organisation):
        row = checked(organisation, given_name="Beatrix", family_name="Example")
        assert "Bea Sample, as invited" in text(agent.get(page(row, "approve")))
        for typed in ({}, {"names": ""}, {"names": "others"}):
            assert agent.post(page(row, "approve"), typed).status_code == 422
        agent.post(page(row, "approve"), {"names": "application"})
        assert str(Profile.objects.get()) == "Beatrix Example"

    @pytest.mark.parametrize("verb", ["check", "approve", "reject"])
    def test_a_factor_that_is_not_fresh_is_asked_for(self, verb, agent, organisation):
        row = checked(organisation)
        stale(agent)
        for ask in (agent.get, agent.post):
            assert ask(page(row, verb))["Location"].startswith("/admin/login/second/")
        assert Application.objects.get().state == "waiting"

    def test_who_invited_is_told_that_a_colleague_has_to(self, agent, organisation, settings):
        row = checked(organisation, invitation=invited(organisation, by=f"admin:{agent.user.pk}"))
        shown = text(agent.get(page(row)))
        assert REFUSED["four_eyes"] in shown
        assert page(row, "approve") not in shown
        for ask in (agent.get, agent.post):
            assert said(ask(page(row, "approve"), follow=True)) == [REFUSED["four_eyes"]]
        assert not Profile.objects.exists()
        settings.APPLY_FOUR_EYES = False
        assert page(row, "approve") in text(agent.get(page(row)))
        agent.post(page(row, "approve"))
        assert Profile.objects.exists()

    @pytest.mark.parametrize("verb", ["check", "approve", "reject"])
    @pytest.mark.parametrize("of", ["email", "username"])
    def test_nobody_decides_about_themselves(self, of, verb, agent, organisation, settings):
        settings.APPLY_FOUR_EYES = False
        setattr(agent.user, of, "Own@Example.nhs.uk")
        agent.user.save()
        row = checked(organisation, invitation=invited(organisation, email="own@example.nhs.uk"))
        before = Event.objects.count()
        shown = text(agent.get(page(row)))
        assert "This is your own application." in shown
        assert page(row, verb) not in shown
        for typed in ({}, CHECK, {"reason": "no_check"}):
            assert said(agent.post(page(row, verb), typed, follow=True)) == [REFUSED["oneself"]]
        assert Application.objects.get().state == "waiting"
        assert Event.objects.count() == before

    def test_one_of_their_own_who_is_on_file_is_named(self, agent, organisation, make_person):
        person, row = make_person(NUMBER), checked(organisation, number=NUMBER)
        [told] = said(agent.post(page(row, "approve"), follow=True))
        assert told.startswith(f"{person}, user id {person.user_id}, has this number or this address.")

    def test_who_may_see_no_profiles_is_named_none(self, agent, organisation, make_person):
        agent.user.groups.clear()
        for right in ("view_application", "decide_application", "check_number"):
            agent.user.user_permissions.add(Permission.objects.get(codename=right))
        person, row = make_person(NUMBER), checked(organisation, number=NUMBER)
        assert "Nobody whom you look after has the same" in text(agent.get(page(row)))
        done = agent.post(page(row, "approve"), follow=True)
        assert said(done) == [REFUSED["ask_operator"]]
        assert person.user_id not in text(done)

    @pytest.mark.parametrize("by", ["number", "address"])
    def test_one_on_file_elsewhere_is_not_and_the_page_tells_nothing_more(
        self, by, agent, organisation, elsewhere, make_person
    ):
        row = checked(organisation, number=NUMBER)
        on_file = {"number": {"nino": NUMBER}, "address": {"email": row.invitation.email}}[by]
        person = make_person(organisation=elsewhere, **on_file)
        before = text(agent.get(page(row)))
        done = agent.post(page(row, "approve"), follow=True)
        assert said(done) == [REFUSED["ask_operator"]]
        for client, names in ((agent, False), (role("RA manager", elsewhere), True)):
            trail = text(client.get(f"/admin/careid/event/?q={row.invitation.reference}"))
            assert (str(person) in trail) is names
            assert ("RX2" in trail) is names
            assert ("RX1" in trail, agent.user.username in trail) == (not names, not names)
        assert person.user_id not in text(done)
        assert before.count("<tr") == text(agent.get(page(row))).count("<tr")

    def test_an_operator_sees_whom_nobody_else_may_name(self, admin_client, organisation, elsewhere, make_person):
        person, row = make_person(NUMBER, organisation=elsewhere), checked(organisation, number=NUMBER)
        assert f"/admin/careid/profile/{person.pk}/change/" in text(admin_client.get(page(row)))
        assert person.user_id in said(admin_client.post(page(row, "approve"), follow=True))[0]

    def test_past_the_inviters_limit_it_is_said_until_when(self, agent, organisation):
        for _ in range(limits.NINO_CHECKS.most):
            counting.hit((limits.NINO_CHECKS, "admin:1"))
        [told] = said(agent.post(page(checked(organisation), "approve"), follow=True))
        assert told.startswith("Too many numbers were checked for whoever invited them, or by you. Try again after ")
        assert not Profile.objects.exists()

    @pytest.mark.parametrize("reason", ["no_range", "range_full", "old_key"])
    def test_what_an_operator_or_the_person_has_to_mend_is_said(
        self, reason, agent, organisation, make_person, settings
    ):
        row = checked(organisation)
        if reason == "no_range":
            settings.USER_ID_RANGE = ""
        if reason == "range_full":
            settings.USER_ID_RANGE = "555000000001-555000000001"
            make_person(user_id="555000000001")
        if reason == "old_key":
            Application.objects.update(number_fingerprints=[])
        assert said(agent.post(page(row, "approve"), follow=True)) == [REFUSED[reason]]

    def test_a_second_press_is_told(self, agent, organisation):
        row = checked(organisation)
        agent.post(page(row, "approve"))
        assert said(agent.post(page(row, "approve"), follow=True))[-1] == REFUSED["decided"]
        assert Profile.objects.count() == 1


class TestNo:
    @pytest.mark.parametrize("reason", REJECTIONS)
    def test_it_is_said_with_a_reason_of_the_list(self, reason, agent, organisation):
        row = applied(organisation)
        done = agent.post(page(row, "reject"), {"reason": reason, "note": ""}, follow=True)
        assert "was rejected" in said(done)[0]
        assert REJECTIONS[reason].words in text(done)
        assert [mail.to for mail in post()] == [[row.invitation.email]]

    @pytest.mark.parametrize("reason", ["", "because", "no_check\0"])
    def test_without_one_nothing_is_done(self, reason, agent, organisation):
        assert agent.post(page(applied(organisation), "reject"), {"reason": reason}).status_code == 422
        assert Application.objects.get().state == "waiting"

    def test_whoever_invited_may_say_no(self, agent, organisation):
        row = applied(organisation, invitation=invited(organisation, by=f"admin:{agent.user.pk}"))
        agent.post(page(row, "reject"), {"reason": "not_needed"})
        assert Application.objects.get().state == "rejected"


def test_every_no_of_the_rules_has_words():
    import ast
    from pathlib import Path

    from apply import checking, deciding, user_ids

    given = set()
    for module in (checking, deciding, user_ids):
        for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Refused" and node.args:
                given |= {one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)}
    assert given - {"has_profile"} <= REFUSED.keys()
    assert {"oneself", "decided", "not_checked", "old_key", "user_id_taken", "ask_operator"} <= REFUSED.keys()
