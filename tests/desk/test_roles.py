"""Every page of the desk as each role, and as a stranger from another organisation."""

import re
from uuid import uuid4

import pytest
from django.contrib import admin as django_admin
from django.contrib.auth.models import User
from django.test import Client

from authenticators.models import Authenticator, Report
from careid.people.models import Organisation
from careid.people.services import Service
from careid.trail.names import EventName
from careid.trail.record import record
from desk.roles import ROLES
from enrolment import assisted
from tests import kinds
from tests.apply.applications import checked
from tests.desk.door.admins import role, signed_in
from tests.desk.movers import a_move, somebody
from tests.provider import relying

pytestmark = pytest.mark.django_db
OPEN_TO_ALL_WHO_ARE_IN = {  # theirs alone, or of nobody
    "", "login/", "login/second/", "login/inside/", "invitation/<str:token>/", "invitation/", "factors/", "logout/", "stay/", "left/",
    "password_change/", "password_change/done/", "autocomplete/", "jsi18n/", "(?P<url>.*)$",
    "r/<path:content_type_id>/<path:object_id>/",
}  # fmt: skip


@pytest.fixture
def elsewhere():
    return Organisation.objects.create(code="RX2", name="Hillside Surgery")


@pytest.fixture
def rows(person):
    """One of everything, of one organisation."""
    authenticator = Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="x", material={"key": "k"}, added_by="person"
    )
    report = Report.objects.create(profile=person, token_hash=b"x" * 32)
    event = record(EventName.ATTEMPT_STARTED, profile=person, reference="7K4-Q2M", attempt_id=uuid4())
    started = {"by": "admin:1", "oneself": False, "checked": "video", "checked_by": "admin:1"}
    link, _, _ = assisted.start(profile=person, **started)
    application = checked(person.organisation, given_name="Riverside")
    mover = somebody(a_move(title="Riverside leaves its codes"), person.organisation, email=person.email)
    return {
        "moves/move": mover.move.pk,
        "moves/person": mover.pk,
        "apply/application": application.pk,
        "apply/invitation": application.invitation.pk,
        "careid/profile": person.pk,
        "careid/organisation": person.organisation.pk,
        "careid/service": Service.objects.create(name="Records").pk,
        "provider/client": relying.make().row.pk,
        "careid/event": event.pk,
        "authenticators/authenticator": authenticator.pk,
        "authenticators/report": report.pk,
        "auth/user": 1,
        "auth/group": 1,
        "assisted": link.pk,
    }


def pages(rows):
    """Each address of the desk, with a row's key in its place."""

    def walk(patterns, prefix):
        for pattern in patterns:
            here = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, here)
            else:
                yield here

    for page in walk(django_admin.site.get_urls(), ""):
        if page in OPEN_TO_ALL_WHO_ARE_IN or page.endswith("<path:object_id>/") or page.startswith(("^", "factors/")):
            continue  # the second is Django's old address, which leads on to `change/`; the third a list of lists, or one's own
        model = "/".join(page.split("/")[:2])
        yield "/admin/" + re.sub(r"<(path:object_id|int:pk|id)>", str(rows[model]), page).replace(
            "<uuid:one>", str(rows["assisted"])
        )


def of_a_row(page):
    return bool(re.search(r"/[0-9a-f-]+/[a-z]+/", page)) and not page.endswith("/add/")


def shut(client, page):
    """Whether the list of such rows is none for this client."""
    return client.get("/".join(page.split("/")[:4]) + "/").status_code == 403


@pytest.mark.parametrize("name", ROLES)
def test_a_row_of_another_organisation_is_not_there_for_any_role(name, rows, elsewhere):
    stranger = role(name, elsewhere)
    mine = {"careid/service", "provider/client", "auth/user", "auth/group"}
    for page in pages(rows):
        if of_a_row(page) and not any(f"/{model}/" in page for model in mine):
            for ask in (stranger.get, stranger.post):
                status = ask(page).status_code
                # Who may not look at any row of a kind is told so of each, whosever it is.
                # So it is with a page that takes no such request.
                assert status in {404, 405} or (status == 403 and shut(stranger, page)), page


@pytest.mark.parametrize("name", ROLES)
def test_no_list_search_filter_or_file_shows_another_organisations_rows(name, rows, elsewhere, person):
    stranger = role(name, elsewhere)
    marks = (person.user_id, person.email, "7K4-Q2M", "Riverside")
    for page in pages(rows):
        if not of_a_row(page):
            for query in (
                "",
                f"?q={person.user_id}",
                "?q=7K4-Q2M",
                f"?organisation__id__exact={person.organisation_id}",
                "?_popup=1",
                "?all=",
            ):
                response = stranger.get(page + query)
                body = b"".join(response) if response.streaming else response.content
                # What was asked for stands in the box again: the rows are what must not.
                text = re.sub(r'(value|href)="[^"]*"', "", body.decode())
                assert not any(mark in text for mark in marks if mark not in query), page + query
    response = stranger.get(
        "/admin/autocomplete/",
        {"app_label": "careid", "model_name": "profile", "field_name": "organisation", "term": "River"},
    )
    assert response.status_code in {403, 404} or "Riverside" not in response.content.decode()


def test_a_number_of_another_organisations_person_is_nobodys(rows, elsewhere, person):
    response = role("RA agent", elsewhere).post(
        "/admin/careid/profile/by-number/", {"national_insurance_number": person.nino}, follow=True
    )
    assert "Nobody whose profile you look after has that number." in response.content.decode()


# What each role may open of its own organisation's rows, by the end of the address.
VERBS = {
    "email": {"RA manager", "RA agent"},
    "number": {"RA manager", "RA agent", "ID checker"},
    "check": {"RA manager", "RA agent", "ID checker"},
    "unlock": {"RA manager", "RA agent"},
    "sign-out": {"RA manager", "RA agent"},
    "close": {"RA manager"},
    "reopen": {"RA manager"},
    "invite": {"RA manager", "RA agent", "Sponsor"},
    "assist": {"RA manager", "RA agent"},
}


@pytest.mark.parametrize("name", sorted(ROLES.keys() - {"Service owner"}))
def test_each_role_opens_what_is_its_own(name, rows, person):
    client = role(name, person.organisation)
    for verb, roles in VERBS.items():
        status = client.get(f"/admin/careid/profile/{person.pk}/{verb}/").status_code
        assert status == (200 if name in roles else 403), verb
    for verb in ("revoke", "suspend", "reinstate", "lift"):
        page = f"/admin/authenticators/authenticator/{rows['authenticators/authenticator']}/{verb}/"
        assert client.get(page).status_code == (200 if name in {"RA manager", "RA agent"} else 403), verb
    assert client.get(f"/admin/careid/profile/{person.pk}/change/").status_code == 200
    assert client.get("/admin/careid/profile/dashboard/").status_code == (403 if name == "ID checker" else 200)
    assert client.get("/admin/careid/profile/export/").status_code == (
        200 if name in {"RA manager", "Auditor"} else 403
    )
    may_save = name != "ID checker"  # who invites, or saves lists of people
    assert client.get("/admin/apply/invitation/export/").status_code == (200 if may_save else 403)
    assert (b"Save as CSV" in client.get("/admin/apply/invitation/").content) is may_save
    assert client.get("/admin/careid/event/").status_code == (403 if name in {"Sponsor", "ID checker"} else 200)


@pytest.mark.parametrize("name", ROLES)
def test_no_role_adds_deletes_or_edits_a_row_by_hand(name, rows, person):
    client = role(name, person.organisation)
    for page in pages(rows):
        if page.endswith(("/add/", "/delete/")):
            assert client.post(page, {"post": "yes"}).status_code in {403, 404}, page
        if page.endswith("/change/"):
            assert client.post(page, {"name": "x", "given_name": "x", "state": "open"}).status_code in {403, 404}, page
    assert not {"add_authenticator", "change_event", "delete_event"} & {code.partition(".")[2] for code in ROLES[name]}


def test_nobody_without_a_role_sees_a_row(rows, person):
    user = User.objects.create_user("new", is_staff=True)
    user.organisations.add(person.organisation)
    client = signed_in(Client(), user)
    for page in pages(rows):
        response = client.get(page)
        assert response.status_code in {403, 404} or response["Location"] == "/admin/", page


def test_a_superuser_sees_every_organisation(rows, admin_client, person):
    assert person.user_id in admin_client.get("/admin/careid/profile/").content.decode()
