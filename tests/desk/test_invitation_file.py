"""A file of people to invite, at the desk: an error a line, then all or those without one, and how far it is."""

import csv
import re
import time
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apply import filing
from apply.models import Invitation
from careid.people import spreadsheets
from careid.people.models import Organisation
from careid.people.uploads import Upload, UploadLine
from tests.desk.door.admins import role, stale
from tests.threads import together

pytestmark = pytest.mark.django_db
PAGE = "/admin/apply/invitation/file/"
HEADER = "email,given_name,family_name,organisation"
GOOD = "bea@example.nhs.uk,Bea,Newcomer,RX1"
BAD = "nobody,Cy,Newcomer,RX1"


@pytest.fixture
def manager(organisation):
    return role("RA manager", organisation)


def file(*lines):
    text = lines[0] if isinstance(lines[0], bytes) else "\r\n".join(lines).encode()
    return {"file": SimpleUploadedFile("people.csv", text, "text/csv")}


def give(client, *lines):
    """The address of what stands in a file of these lines."""
    answer = client.post(PAGE, file(HEADER, *lines))
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def shown(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer, answer.content.decode()


def send(address):
    filing.send(re.search(r"[0-9a-f-]{36}", address)[0])


def test_a_file_with_the_columns_alone_is_there_to_fill_in(manager):
    answer = manager.get(f"{PAGE}template/")
    assert answer["Content-Disposition"] == 'attachment; filename="invitations.csv"'
    [names] = csv.reader(answer.content.decode().removeprefix(spreadsheets.BOM).splitlines())
    assert names == [*filing.COLUMNS, *filing.MAY]
    assert all(name in manager.get(PAGE).content.decode() for name in names)


def test_what_stands_in_a_file_is_shown_first_with_an_error_a_line_and_nobody_is_invited_yet(manager):
    _, page = shown(manager, give(manager, GOOD, BAD, GOOD))
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["3", "1", "2"]
    assert re.findall(r'<tr><th scope="row">(\d+)</th><td>([^<]+)</td>', page) == [
        ("3", "email is not an email address"),
        ("4", "email stands on line 2 already"),
    ]
    assert "Invite the one without an error" in page
    assert 'value="all"' not in page
    assert not Invitation.objects.exists()


def test_all_of_a_file_without_an_error_are_invited_and_the_page_looks_again_by_itself_until_it_is_done(manager):
    address = give(manager, GOOD, "cy@example.nhs.uk,Cy,Newcomer,RX1")
    assert "Invite all 2 people" in shown(manager, address)[1]
    assert manager.post(address, {"wanted": "all"}).url == address
    going, page = shown(manager, address)
    assert going["Refresh"] == f"5; url={address}?part"
    assert "<strong>0 of 2</strong> people invited" in page
    send(address)
    over, page = shown(manager, address)
    assert "Refresh" not in over
    assert "<strong>2 of 2</strong> people invited" in page
    assert set(Invitation.objects.values_list("email", "by")) == {
        (f"{name}@example.nhs.uk", f"admin:{manager.user.pk}") for name in ("bea", "cy")
    }


def test_the_page_that_looks_again_by_itself_keeps_no_session_alive(manager):
    address = give(manager, GOOD)
    manager.post(address, {"wanted": "all"})
    before = manager.session["seen"]
    time.sleep(0.01)
    shown(manager, f"{address}?part")
    assert manager.session["seen"] == before
    shown(manager, address)
    assert manager.session["seen"] > before


def test_those_without_an_error_are_invited_and_the_others_left_out(manager):
    address = give(manager, GOOD, BAD)
    manager.post(address, {"wanted": "valid"})
    send(address)
    page = shown(manager, address)[1]
    assert "1 line with an error was left out" in page
    assert Invitation.objects.get().email == "bea@example.nhs.uk"


def test_all_are_not_invited_where_one_has_an_error(manager):
    address = give(manager, GOOD, BAD)
    page = manager.post(address, {"wanted": "all"}, follow=True).content.decode()
    assert "A line has an error, so nothing was done" in page
    assert Upload.objects.get().state == "judged"


def test_a_file_that_is_given_up_is_forgotten(manager):
    address = give(manager, GOOD)
    assert "Nothing was done with it" in manager.post(address, {"wanted": "none"}, follow=True).content.decode()
    assert not UploadLine.objects.exists()
    assert "This file was given up" in shown(manager, address)[1]
    manager.post(address, {"wanted": "all"})
    assert Upload.objects.get().state == "given_up"


@pytest.mark.parametrize("wanted", ["", "everybody", "\0", "x" * 10_000])
def test_a_wish_that_there_is_not_does_nothing(wanted, manager):
    address = give(manager, GOOD)
    assert "Choose what to do" in manager.post(address, {"wanted": wanted}, follow=True).content.decode()
    assert Upload.objects.get().state == "judged"


def test_many_are_invited_only_by_whoever_has_proved_the_factor_just_now(manager):
    address = give(manager, GOOD)
    answer = stale(manager).post(address, {"wanted": "all"})
    assert answer.url == f"/admin/login/second/?{urlencode({'next': address})}"
    assert Upload.objects.get().state == "judged"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Choose a file"),
        (file(b""), "Choose a file that is not empty"),
        (file(b"email;given_name;family_name;organisation\r\n"), "has its columns separated by semicolons"),
        (file(b"PK\x03\x04 a workbook"), "is a workbook, not a CSV file"),
        (file(HEADER), "has no line below its first"),
        (file("email", GOOD), "has no column given_name"),
        ({"file": "not a file"}, "Choose a file"),
    ],
    ids=["none", "empty", "semicolons", "workbook", "header alone", "no column", "text"],
)
def test_a_file_that_nothing_can_be_done_with_is_told_in_words(given, words, manager):
    answer = manager.post(PAGE, given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "Error: " in page
    assert not Upload.objects.exists()


def test_two_files_at_once_are_none(manager):
    two = [SimpleUploadedFile(name, HEADER.encode()) for name in ("a.csv", "b.csv")]
    assert manager.post(PAGE, {"file": two}).status_code == 400


def test_what_excel_makes_is_read_and_a_name_in_windows_letters_fails_its_own_line(manager):
    text = (
        f"\ufeff{HEADER}\r\nsian@example.nhs.uk,Siân,Newcomer,RX1\r\n".encode()
        + "r@example.nhs.uk,René,X,RX1\r\n".encode("cp1252")
    )
    page = shown(manager, manager.post(PAGE, file(text)).url)[1]
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["2", "1", "1"]
    assert "the line is not UTF-8" in page


def test_an_organisation_of_somebody_else_and_none_at_all_have_the_same_words(manager):
    Organisation.objects.create(code="RY2")
    page = shown(manager, give(manager, GOOD.replace("RX1", "RY2"), GOOD.replace("RX1", "ZZ9")))[1]
    [first, second] = re.findall(r'<tr><th scope="row">\d+</th><td>([^<]+)</td>', page)
    assert first == second
    assert "Give up this file" in page
    assert "default" not in re.findall(r"<button[^>]*>", page)[-1]


def test_an_admin_who_lost_an_organisation_meanwhile_invites_nobody_of_it(manager):
    address = give(manager, GOOD)
    manager.user.organisations.clear()
    assert (
        "No line of this file can be taken" in manager.post(address, {"wanted": "valid"}, follow=True).content.decode()
    )
    assert Upload.objects.get().state == "judged"


def test_a_file_is_seen_by_whoever_gave_it_alone(manager, organisation, admin_client):
    address = give(manager, GOOD)
    for other in (role("RA manager", organisation), admin_client):
        assert (other.get(address).status_code, other.post(address, {"wanted": "all"}).status_code) == (404, 404)
    Upload.objects.update(purpose=Upload.Purpose.PEOPLE)
    assert manager.get(address).status_code == 404


def test_only_so_many_errors_stand_on_the_page(manager):
    page = shown(manager, give(manager, *[BAD] * 250))[1]
    assert page.count("email is not an email address") == 200
    assert "These are the first 200" in page


def test_nothing_of_a_file_is_markup_on_the_page(manager):
    answer = manager.post(PAGE, file(f"{HEADER},<script>alert(1)</script>", GOOD))
    assert "<script>alert" not in answer.content.decode()
    page = shown(manager, give(manager, "a@example.nhs.uk,<b>Bea</b>,N,RX1", "<b>@x,Bea,N,RX1"))[1]
    assert "<b>" not in page


def test_the_token_of_the_form_is_asked_for(manager):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = manager.cookies
    assert strict.post(PAGE, file(HEADER, GOOD)).status_code == 403
    assert not Upload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_is_taken_once_however_often_its_button_is_pressed(organisation):
    manager = role("RA manager", organisation)
    address = give(manager, GOOD)

    def press():
        browser = Client()
        browser.cookies = manager.cookies
        return browser.post(address, {"wanted": "all"}).status_code

    assert together([press, press]) == [302, 302]
    send(address)
    assert Invitation.objects.count() == 1


def test_a_file_of_5_mb_is_looked_at_in_good_time(manager):
    rows, size = [HEADER], 0
    while size < 4_990_000 and len(rows) < 50_000:
        rows.append(
            f"person.{len(rows)}@a-long-domain-of-a-hospital.example.nhs.uk,Given{len(rows)},Family-name{len(rows)},RX1"
        )
        size += len(rows[-1]) + 2
    begun = time.process_time()
    page = shown(manager, manager.post(PAGE, file(*rows)).url)[1]
    assert time.process_time() - begun < 15  # of a processor; the proxy waits for thirty
    assert f"Invite all {len(rows) - 1} people" in page
