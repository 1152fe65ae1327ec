"""Invitations at the desk: one person is invited, again, or no longer; the list says how far each is, and is a file."""

import csv
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apply import inviting, limits
from apply.models import Application, Invitation
from careid.people import spreadsheets
from careid.people.models import Organisation
from careid.post.models import Mail
from careid.trail.models import Event
from desk.invitation_forms import NOT_THEIRS
from tests.desk.door.admins import role, stale
from tests.threads import together
from tests.visitors import post

pytestmark = pytest.mark.django_db
LIST = "/admin/apply/invitation/"
INVITE, EXPORT = f"{LIST}invite/", f"{LIST}export/"
ASKED = {
    "organisation": "RX1",
    "given_name": "Bea",
    "family_name": "Newcomer",
    "email": "Bea@Example.nhs.uk",
    "note": "",
}


@pytest.fixture
def manager(organisation):
    return role("RA manager", organisation)


@pytest.fixture
def elsewhere(db):
    return Organisation.objects.create(code="RY2", name="Elsewhere Trust")


def invite(organisation, email="bea@example.nhs.uk", *, by="admin:7", **more):
    return inviting.invite(
        organisation=organisation, email=email, given_name="Bea", family_name="Newcomer", by=by, **more
    )


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def of(invitation, verb=""):
    return f"{LIST}{invitation.pk}/{f'{verb}/' if verb else 'change/'}"


def test_past_ten_links_a_day_to_one_address_the_pages_say_so(manager, organisation):
    one = invite(organisation, email=ASKED["email"])
    for _ in range(limits.LINKS.most - 1):
        inviting.resend(invitation=Invitation.objects.get(), by="admin:7")
    told = manager.post(of(one, "resend"), follow=True)
    assert "sent too many links today" in told.content.decode()
    inviting.cancel(invitation=Invitation.objects.get(), by="admin:7", reason="not_needed")
    page = manager.post(INVITE, ASKED)
    assert (page.status_code, "sent too many links today" in page.content.decode()) == (422, True)
    assert Mail.objects.count() == limits.LINKS.most


@pytest.mark.parametrize("name", ["RA manager", "RA agent", "Sponsor"])
def test_managers_agents_and_sponsors_invite_one_person_and_see_their_page(name, organisation):
    inviter = role(name, organisation)
    assert INVITE in page(inviter, LIST)
    answer = inviter.post(INVITE, ASKED)
    made = Invitation.objects.get()
    assert answer.url == of(made)
    assert (made.email, made.given_name, made.organisation, made.by) == (
        *("bea@example.nhs.uk", "Bea", organisation),
        f"admin:{inviter.user.pk}",
    )
    shown = page(inviter, of(made))
    assert "Bea Newcomer was invited" in shown
    assert made.reference in shown
    assert [mail.to for mail in post()] == [["bea@example.nhs.uk"]]
    assert Event.objects.get(name="invitation.sent").actor == made.by


@pytest.mark.parametrize("name", ["ID checker", "Auditor"])
def test_who_may_only_see_is_offered_nothing_and_can_do_nothing(name, organisation):
    made, looks = invite(organisation), role(name, organisation)
    assert "invite/" not in page(looks, LIST)
    assert "resend" not in page(looks, of(made))
    for address in (INVITE, f"{LIST}file/", f"{LIST}file/template/", of(made, "resend"), of(made, "cancel")):
        assert looks.get(address).status_code == 403
        assert looks.post(address, ASKED).status_code in {403, 405}
    assert Invitation.objects.get().sends == 1


def test_an_account_without_the_right_sees_no_list(organisation):
    owner = role("Service owner", organisation)
    assert [owner.get(address).status_code for address in (LIST, EXPORT)] == [403, 403]
    assert LIST not in page(owner, "/admin/")


def test_what_is_typed_wrongly_is_told_beside_its_field_and_what_was_typed_stands_there_still(manager):
    wrong = {
        "given_name": "",
        "family_name": "x" * 101,
        "email": "nobody",
        "note": "ring 0123456789",
        "organisation": "",
    }
    answer = manager.post(INVITE, wrong)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(wrong)
    assert 'value="nobody"' in answer.content.decode()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("code", ["RY2", "ZZ9", "\0", "RX1'--", "9" * 5_000])
def test_another_organisation_and_none_at_all_are_refused_alike(code, manager, elsewhere):
    answer = manager.post(INVITE, {**ASKED, "organisation": code})
    assert answer.status_code == 422
    assert [str(one) for one in answer.context["form"].errors["organisation"]] in (
        [NOT_THEIRS],
        ["Use letters, numbers and signs that can be seen"],
    )
    assert not Invitation.objects.exists()


def test_whoever_looks_after_hundreds_types_the_code(admin_client):
    Organisation.objects.bulk_create(Organisation(code=f"X{n:04}") for n in range(101))
    assert 'name="organisation" size="12"' in page(admin_client, INVITE)
    assert admin_client.post(INVITE, {**ASKED, "organisation": "x0007"}).status_code == 302
    assert Invitation.objects.get().organisation.code == "X0007"


def test_a_person_who_is_on_file_is_invited_with_the_same_words(manager, person):
    unknown = manager.post(INVITE, ASKED, follow=True).content.decode()
    known = manager.post(INVITE, {**ASKED, "email": person.email}, follow=True).content.decode()
    assert Invitation.objects.filter(email=person.email).exists()
    assert person.user_id not in known
    assert known.count('class="desk-not-yet"') == unknown.count('class="desk-not-yet"')


def test_an_address_with_an_open_invitation_is_not_invited_twice(manager, organisation):
    invite(organisation)
    answer = manager.post(INVITE, ASKED)
    assert answer.status_code == 422
    assert "An invitation to this address is open" in answer.content.decode()
    assert Invitation.objects.count() == 1


def test_a_new_link_is_sent_and_an_invitation_cancelled_each_asked_first(manager, organisation):
    made = invite(organisation)
    assert "stops working" in page(manager, of(made, "resend"))
    assert manager.post(of(made, "resend")).url == of(made)
    made.refresh_from_db()
    assert made.sends == 2
    assert manager.post(of(made, "cancel"), {"reason": ""}).status_code == 422
    manager.post(of(made, "cancel"), {"reason": "not_needed", "note": "Ticket 4711"})
    made.refresh_from_db()
    assert made.state == "cancelled"
    assert Event.objects.get(name="invitation.cancelled").details == {"note": "Ticket 4711"}
    shown = page(manager, of(made))
    assert "Cancelled, at" in shown
    assert "resend" not in shown


def test_another_organisations_invitation_is_not_there_whatever_the_way(manager, elsewhere):
    theirs = invite(elsewhere)
    for address in (of(theirs), of(theirs, "resend"), of(theirs, "cancel")):
        assert (manager.get(address).status_code, manager.post(address).status_code) == (404, 404)
    assert theirs.reference not in page(manager, LIST)
    assert not references(manager, f"?q={theirs.reference}")
    theirs.refresh_from_db()
    assert (theirs.sends, theirs.state) == (1, "sent")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("sent", "The link was not opened yet"),
        ("blocked", "send a new link"),
        ("expired", "Send a new link if they still need a profile"),
        ("found", "They have a profile already"),
        ("submitted", "waits for the identity check"),
        ("rejected", "invite them again"),
    ],
)
def test_the_page_says_how_far_it_is_and_what_to_do(state, words, manager, organisation):
    made = invite(organisation, note="Starts in May")
    over = timezone.now() if state not in {"sent", "submitted"} else None
    Invitation.objects.filter(pk=made.pk).update(state=state, ended_at=over)
    shown = page(manager, of(made))
    assert words in shown
    assert "Starts in May" in shown


def test_the_page_leads_to_the_application_that_came_of_it(manager, organisation):
    made = invite(organisation)
    came = Application.objects.create(invitation=made, organisation=organisation, given_name="Bea", family_name="New")
    Invitation.objects.filter(pk=made.pk).update(state="submitted")
    leads = f'href="/admin/apply/application/{came.pk}/change/"'
    assert leads in page(manager, of(made))


def test_one_whose_time_is_over_says_so_before_the_hourly_job_has_seen_it(manager, organisation):
    made = invite(organisation)
    with time_machine.travel(made.expires_at + timedelta(seconds=1)):
        shown = page(role("RA agent", organisation), of(made))
    assert "The link has run out" in shown
    assert "Send a new link" in shown


def test_an_email_that_was_refused_is_told_with_what_to_do(manager, organisation):
    made = invite(organisation)
    Mail.objects.update(state="failed", content=None)
    assert "Its email could not be sent" in page(manager, LIST)
    assert "Ask them for their address" in page(manager, of(made))


def references(client, query=""):
    shown = client.get(f"{LIST}{query}")
    assert shown.status_code == 200
    return {one.reference for one in shown.context["cl"].result_list}


def test_the_list_is_narrowed_down_by_state_by_age_and_by_what_to_look_at(manager, organisation):
    now = timezone.now()
    young, old, refused = (invite(organisation, f"{name}@example.nhs.uk") for name in ("young", "old", "refused"))
    Invitation.objects.filter(pk=old.pk).update(made_at=now - timedelta(days=25), expires_at=now + timedelta(days=3))
    Invitation.objects.filter(pk=refused.pk).update(state="opened", made_at=now - timedelta(days=8))
    Mail.objects.filter(pk=Invitation.objects.get(pk=refused.pk).mail_id).update(state="failed", content=None)
    assert references(manager, "?state__exact=opened") == {refused.reference}
    assert references(manager, "?age=1") == {young.reference}
    assert references(manager, "?age=30") == {young.reference, old.reference, refused.reference}
    assert references(manager, "?age=over-7") == {old.reference, refused.reference}
    assert references(manager, "?age=over-21") == {old.reference}
    assert references(manager, "?look=soon") == {old.reference}
    assert references(manager, "?look=refused") == {refused.reference}
    for query in ("?age=x", "?age=over-x", "?look=x"):
        assert len(references(manager, query)) == 3


def test_one_is_found_by_its_reference_by_a_name_and_by_the_start_of_an_address(manager, organisation):
    made, other = invite(organisation), invite(organisation, "other@example.nhs.uk")
    Invitation.objects.filter(pk=made.pk).update(family_name="Siân-Newcomer")
    for typed in (made.reference.lower(), "sian", "bea@ex", "Bea Sian"):
        assert references(manager, f"?q={typed}") == {made.reference}, typed
    assert other.reference in references(manager, "?q=newc")


def test_what_waits_stands_on_the_first_page_for_a_sponsor_too_and_for_their_organisation_alone(
    organisation, elsewhere
):
    sponsor = role("Sponsor", organisation)
    assert "To look at" not in page(sponsor, "/admin/")
    for place in (organisation, elsewhere):
        made = invite(place)
        Invitation.objects.filter(pk=made.pk).update(expires_at=timezone.now() + timedelta(days=2))
    Mail.objects.update(state="failed", content=None)
    shown = page(sponsor, "/admin/")
    assert f'<a href="{LIST}?look=soon">1 invitation runs out within 3 days</a>' in shown
    assert f'<a href="{LIST}?look=refused">1 invitation could not be delivered</a>' in shown


def rows(answer):
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith(spreadsheets.BOM)
    return list(csv.DictReader(text.removeprefix(spreadsheets.BOM).splitlines()))


def test_the_list_as_it_is_filtered_is_a_file_of_which_the_trail_tells(manager, organisation, elsewhere):
    made = invite(organisation, note="Starts in May")
    invite(organisation, "cancelled@example.nhs.uk")
    invite(elsewhere, "theirs@example.nhs.uk")
    Invitation.objects.filter(email__startswith="cancelled").update(state="cancelled", ended_at=timezone.now())
    Invitation.objects.filter(pk=made.pk).update(given_name="=1+1")
    answer = manager.get(f"{EXPORT}?state__exact=sent")
    assert answer["Content-Disposition"] == 'attachment; filename="invitations.csv"'
    [row] = rows(answer)
    assert (row["given_name"], row["email"], row["organisation"]) == ("'=1+1", "bea@example.nhs.uk", "RX1")
    assert (row["state"], row["reference"], row["opened"]) == ("sent", made.reference, "")
    assert "Starts in May" not in str(row)
    told = Event.objects.get(name="invitation.exported")
    assert (told.actor, told.organisation) == (f"admin:{manager.user.pk}", "RX1")
    assert len(rows(manager.get(EXPORT))) == 2


def test_the_file_asks_for_the_factor_again_and_is_only_got(manager, organisation):
    assert manager.post(EXPORT).status_code == 405
    assert stale(manager).get(EXPORT).url.startswith("/admin/login/second/")
    assert not Event.objects.filter(name="invitation.exported").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_a_new_link_at_once_one_does(organisation):
    made = invite(organisation)
    managers = [role("RA manager", organisation) for _ in range(2)]
    told = together([lambda one=one: one.post(of(made, "resend"), follow=True).content.decode() for one in managers])
    assert Invitation.objects.get().sends == 2
    assert sorted("A new link was sent" in words for words in told) == [False, True]
