"""A file is read where one is taken, from whoever is in; nobody else makes the web read more than a form."""

import http.client
import socket

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.desk.door.admins import signed_in

pytestmark = pytest.mark.django_db
PAGES = ("/admin/apply/invitation/file/", "/admin/moves/move/7/people/")
FILE_5_MB = b"x" * 5_000_000


def head_alone(port, path, length, cookie=""):
    """The status, place and words that the web answers to the headers of a POST whose body never comes."""
    words = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(f"{words}Cookie: {cookie}\r\nContent-Length: {length}\r\n\r\n--x".encode())
        answer = http.client.HTTPResponse(client)
        answer.begin()
        return answer.status, answer.headers["Location"], answer.read().decode()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("cookie", ["", "admin=made-up; sessionid=x"])
def test_of_a_strangers_file_nothing_is_read_and_they_are_led_to_the_door(path, cookie, web):
    status, place, _ = head_alone(web[1], path, 5_000_000, cookie)
    assert (status, place) == (302, f"/admin/login/?next={path}")


@pytest.mark.parametrize("path", PAGES)
def test_whoever_sends_more_than_a_file_may_have_is_told_so_before_it_is_read(path, web):
    status, _, page = head_alone(web[1], path, settings.UPLOAD_MOST + 1)
    assert status == 413
    assert "choose a file of 5 MB at most" in page


@pytest.mark.parametrize(
    "path",
    [
        "/details/",
        "/admin/login/",
        "/admin/apply/invitation/",
        "/admin/moves/move/x/people/",
        f"{PAGES[0]}x/",
        f"/x{PAGES[0]}",
    ],
)
def test_everywhere_else_no_more_is_read_than_a_form_has(path, web):
    assert head_alone(web[1], path, settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)[0] == 413


def test_a_file_fits_with_what_the_browser_sends_around_it():
    assert settings.UPLOAD_MOST - len(FILE_5_MB) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/careid/profile/by-number/", "/details/"])
def test_whoever_is_in_can_bring_no_file_anywhere_else(path, admin_client):
    answer = admin_client.post(path, {"file": SimpleUploadedFile("people.csv", b"a,b")})
    assert answer.status_code == 400


def test_the_proxy_is_told_who_is_in_and_asking_keeps_no_session_alive(admin_client):
    asked = f"{reverse('admin:inside')}?part"
    assert Client().get(asked).status_code == 403
    before = admin_client.session["since"] - 60
    session = admin_client.session
    session["seen"] = before
    session.save()
    assert admin_client.get(asked).status_code == 204
    assert admin_client.session["seen"] == before
    session["seen"] = before - 3_600
    session.save()
    assert admin_client.get(asked).status_code == 403


def test_a_session_that_is_over_leads_to_the_door_and_nothing_of_the_file_is_kept(admin_user):
    client = signed_in(Client(), admin_user)
    session = client.session
    session["seen"] = session["since"] - 3_600
    session.save()
    answer = client.post(PAGES[0], {"file": SimpleUploadedFile("people.csv", b"a,b"), "more": "typed"})
    assert (answer.status_code, answer.url) == (302, f"{reverse('admin:login')}?next={PAGES[0]}")
    assert "left" not in client.session
