"""The people of a move, from a file at the desk: operators alone give it, and see first what stands in it."""

import csv
import re
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from careid.people import spreadsheets
from careid.people.models import Organisation
from careid.people.uploads import Upload
from careid.trail.models import Event
from moves import jobs, loading
from moves.models import Person
from tests.desk.door.admins import role, signed_in, stale
from tests.desk.movers import a_move, owner, somebody

pytestmark = pytest.mark.django_db
HEADER = "email,given_name,family_name,organisation,way"
BO = "bo@example.nhs.uk,Bo,Mover,RX1,two_factor"
BAD = "cy@example.nhs.uk,Cy,Mover,RX1,letter"


@pytest.fixture
def move(organisation):
    return a_move(state="draft")


def page_of(move):
    return f"/admin/moves/move/{move.pk}/people/"


def file(*lines):
    return {"file": SimpleUploadedFile("people.csv", "\r\n".join((HEADER, *lines)).encode(), "text/csv")}


def give(client, move, *lines):
    answer = client.post(page_of(move), file(*lines))
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def work():
    for upload in Upload.objects.filter(state="taken"):
        jobs.load.func(upload_id=str(upload.pk))


def test_an_operator_gives_a_file_looks_at_it_and_takes_it(admin_client, move, person):
    address = give(admin_client, move, BO, f"{person.email},Ama,Sample,RX1,smartcard")
    page = text(admin_client, address)
    assert "1 person has a profile already" in page
    assert "1 person has none, and will be invited to apply once the move runs." in page
    assert "in the move already" not in page
    assert not Person.objects.exists()
    assert admin_client.post(address, {"wanted": "all"}).url == address
    assert "0 of 2" in text(admin_client, address)
    work()
    assert "2 of 2" in text(admin_client, address)
    loaded = set(Person.objects.values_list("move", "email", "way", "profile"))
    assert loaded == {
        (move.pk, "bo@example.nhs.uk", "two_factor", None),
        (move.pk, person.email, "smartcard", person.pk),
    }
    events = Event.objects.filter(name="move.people_loaded")
    assert {one.actor for one in events} == {f"admin:{User.objects.get(is_superuser=True).pk}"}


def test_each_line_with_an_error_is_told_and_the_others_are_taken(admin_client, move):
    address = give(admin_client, move, BO, BAD, BO)
    page = text(admin_client, address)
    assert "way is not one of two_factor, smartcard" in page
    assert "email stands on line 2 already" in page
    admin_client.post(address, {"wanted": "valid"})
    work()
    assert Person.objects.count() == 1


def test_who_is_in_the_move_already_is_told_and_keeps_their_answer(admin_client, move, organisation):
    somebody(move, organisation, email="bo@example.nhs.uk", answer="no_mfa")
    address = give(admin_client, move, BO)
    assert "1 person is in the move already." in text(admin_client, address)
    admin_client.post(address, {"wanted": "all"})
    work()
    assert Person.objects.get().answer == "no_mfa"


def test_an_empty_file_to_fill_in_names_the_columns(admin_client, move):
    answer = admin_client.get(f"{page_of(move)}template/")
    [names] = csv.reader(answer.content.decode().removeprefix(spreadsheets.BOM).splitlines())
    assert tuple(names) == loading.COLUMNS


def test_what_is_no_such_file_is_told_in_words(admin_client, move):
    for bad in (b"email\r\nx", b"PK\x03\x04", b"\xff\xfe", b"\0"):
        answer = admin_client.post(page_of(move), {"file": SimpleUploadedFile("x.csv", bad, "text/csv")})
        assert answer.status_code == 422
    assert admin_client.post(page_of(move), {}).status_code == 422
    assert not Upload.objects.exists()


def test_the_factor_is_asked_for_again_before_a_file_is_taken(admin_client, move):
    address = give(admin_client, move, BO)
    assert "/admin/login/second/" in stale(admin_client).post(address, {"wanted": "all"}).url
    assert Upload.objects.get().state == "judged"


def test_a_move_that_is_over_takes_nobody(admin_client, organisation):
    move = a_move()
    address = give(admin_client, move, BO)
    move.state, move.ended_at = "done", move.started_at
    move.save()
    answer = admin_client.post(address, {"wanted": "all"}, follow=True)
    assert [str(one) for one in answer.context["messages"]] == ["The move is over. Nothing was changed."]
    assert "Load its people" not in text(admin_client, f"/admin/moves/move/{move.pk}/change/")


@pytest.mark.parametrize("page", ["", "template/", f"{uuid4()}/"])
def test_nobody_but_an_operator_loads_people(page, move, organisation):
    running = a_move(move.service)
    somebody(running, organisation)
    own = owner(move.service, organisations=[organisation])
    for client in (own, role("RA manager", organisation)):
        assert client.get(f"{page_of(running)}{page}").status_code == 403
        assert client.post(f"{page_of(running)}{page}").status_code == (405 if page == "template/" else 403)
    stranger = owner(organisations=[organisation])
    assert stranger.get(f"{page_of(running)}{page}").status_code == 404
    assert "/admin/login/" in Client().get(f"{page_of(running)}{page}").url
    assert "Load its people" not in text(own, f"/admin/moves/move/{move.pk}/change/")


def test_what_stands_in_a_file_is_shown_to_whoever_gave_it_and_beneath_its_move_alone(admin_client, move):
    address = give(admin_client, move, BO)
    second = signed_in(Client(), User.objects.create_superuser("second"))
    assert second.get(address).status_code == second.post(address, {"wanted": "all"}).status_code == 404
    other = a_move(state="draft")
    elsewhere = address.replace(page_of(move), page_of(other))
    assert admin_client.get(elsewhere).status_code == 404
    assert admin_client.post(elsewhere, {"wanted": "all"}).status_code == 404
    assert Upload.objects.get().state == "judged"


def test_an_organisation_that_is_none_here_is_told(admin_client, move):
    Organisation.objects.create(code="RX2")
    page = text(
        admin_client, give(admin_client, move, BO.replace("RX1", "RX2"), BO.replace("bo@", "di@").replace("RX1", "RX9"))
    )
    assert "organisation is none of those here" in page
    assert page.count("organisation is none of those here") == 1
