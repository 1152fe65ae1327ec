"""What every page of a signed-in admin has, wherever it comes from."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apply import inviting
from authenticators.models import Authenticator, Report
from careid.people.services import Service
from careid.trail.names import EventName
from careid.trail.record import record
from provider.registered import Client as Relying
from tests import kinds
from tests.apply.applications import checked, invited
from tests.desk.door.admins import signed_in, stale
from tests.desk.movers import a_move, somebody
from tests.desk.walking import Pages, names

pytestmark = pytest.mark.django_db


@pytest.fixture
def _rows(person):
    shown = {"kind": kinds.some_kind(), "external_id": "x", "material": {}, "added_by": "person"}
    Authenticator.objects.create(profile=person, **shown)
    Report.objects.create(profile=person, token_hash=b"x" * 32)
    service = Service.objects.create(name="National Care Records Service")
    Relying.objects.create(
        service=service, client_id="a-client", secret_hash=b"x" * 32, redirect_uris=["https://a.example"]
    )
    theirs = {"given_name": "Bea", "family_name": "Newcomer", "email": "bea@example.nhs.uk", "by": "admin:1"}
    checked(person.organisation, invitation=invited(person.organisation, by="system"))
    inviting.invite(organisation=person.organisation, **theirs)  # the newest is the one that is looked at
    somebody(a_move(service), person.organisation, call="wanted")
    record(EventName.ATTEMPT_STARTED, profile=person, reference="7K4-Q2M")


def add_and_delete(name):
    """Django's, which the desk answers with a no."""
    return name.startswith(("careid_", "auth", "organi", "provider_", "moves_", "apply_")) and name.endswith(
        ("_add", "_delete")
    )


# No page that somebody signed in stays on, or one whose verb is for a row in another state: its template is the others'.
BEFORE = {"login", "first_factor", "invitation", "logout"}
ANSWERS = {
    "stay",
    "left",
    "inside",
    "autocomplete",
    "jsi18n",
    "careid_profile_by_number",
    "careid_profile_find",
}
ANSWERS |= {"careid_profile_export", "careid_profile_assist_cancel", None}
OTHER_STATES = {"careid_profile_reopen", "careid_profile_unlock", "careid_profile_sign-out"}
OTHER_STATES |= {"authenticators_authenticator_lift", "authenticators_authenticator_reinstate"}
ANSWERS |= {"moves_move_figures", "moves_person_export", "apply_invitation_export"}
ANSWERS |= {"apply_invitation_file_template", "moves_move_people_template"}
OTHER_STATES |= {"moves_move_start", "moves_move_resume"}
SEEN_BELOW = {"second_factor", "careid_profile_assisted", "apply_invitation_file_given"}
SEEN_BELOW |= {"moves_move_people_given"}  # as that page of invitations


def warns(page):
    return page.count('id="desk-idle"') == 1


@pytest.mark.usefixtures("_rows")
def test_every_page_warns_before_the_session_ends(admin_user, settings):
    settings.ADMIN_APP = True
    pages = Pages(signed_in(Client(), admin_user), reverse("admin:password_change_done")).found
    assert [address for address, page in pages.values() if not warns(page)] == []
    left = set(names()) - pages.keys() - BEFORE - ANSWERS - OTHER_STATES - SEEN_BELOW
    left = [name for name in left if not add_and_delete(name)]
    assert left == []


def test_so_do_the_second_look_and_the_pages_that_a_form_leads_to(person, organisation, admin_user, settings):
    settings.ADMIN_APP = True
    client = signed_in(Client(), admin_user)
    helping = reverse("admin:careid_profile_assist", args=[person.pk])
    how = {"checked": "video", "checked_by": "me", "note": "Ticket 4711"}
    assert warns(client.post(helping, how).content.decode())
    file = SimpleUploadedFile("people.csv", b"email,given_name,family_name,organisation\nbea,Bea,Newcomer,RX1")
    assert warns(client.post(reverse("admin:apply_invitation_file"), {"file": file}, follow=True).content.decode())
    assert warns(client.post(reverse("admin:add_app"), {"code": "12"}).content.decode())
    assert warns(stale(client).get(reverse("admin:second_factor")).content.decode())


def test_who_has_only_typed_the_password_is_not_warned_since_nothing_can_be_lost(admin_user):
    client = Client()
    client.force_login(admin_user, backend="django.contrib.auth.backends.ModelBackend")
    assert 'id="desk-idle"' not in client.get(reverse("admin:second_factor")).content.decode()
