"""The demo's mailbox reads what the file mail backend wrote."""

import json
import os
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.http import Http404

from demo import inbox


@pytest.fixture(autouse=True)
def _demo(settings, tmp_path):
    settings.DEMO = True
    settings.EMAIL_BACKEND = inbox.BACKEND
    settings.EMAIL_CONFIG = {"EMAIL_FILE_PATH": str(tmp_path)}
    settings.EMAIL_FILE_PATH = str(tmp_path)


def send(subject, body="A body: naïve, £5.\n", **fields):
    connection = get_connection()
    message = EmailMessage(
        subject, body, "no-reply@careid.example", ["ama@example.org"], connection=connection, **fields
    )
    message.send()
    return Path(connection._fname)


def read(rf):
    return json.loads(inbox.inbox(rf.get("/demo/inbox/?format=json")).content)["mails"]


def test_the_newest_comes_first(rf):
    for age, subject in enumerate(["newest", "older", "oldest"]):
        written = send(subject)
        os.utime(written, (1_000_000_000 - age, 1_000_000_000 - age))
        written.rename(written.with_stem(f"mail{age}"))
    assert [mail["subject"] for mail in read(rf)] == ["newest", "older", "oldest"]


def test_a_mail_is_shown_as_it_was_sent(rf):
    send("Your code, café", headers={"Message-ID": "<1@careid.example>"})
    mail = read(rf)[0]
    assert mail.pop("date").endswith("Z")
    assert mail == {
        "to": "ama@example.org",
        "subject": "Your code, café",
        "body": "A body: naïve, £5.\n",
        "message_id": "<1@careid.example>",
    }


def test_two_mails_in_one_file_are_two_and_half_a_mail_is_none(rf, tmp_path):
    send("first")
    file = next(tmp_path.glob("*.log"))
    whole = file.read_bytes()
    file.write_bytes(whole + whole.replace(b"first", b"second") + whole[:40])
    assert [mail["subject"] for mail in read(rf)] == ["second", "first"]


def test_only_the_last_fifty_are_read(rf, tmp_path):
    send("one of many")
    file = next(tmp_path.glob("*.log"))
    file.write_bytes(file.read_bytes() * 60)
    assert len(read(rf)) == 50


def test_where_mail_goes_elsewhere_there_is_none(rf, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert read(rf) == []


def test_outside_the_demo_there_is_no_mailbox(rf, settings):
    settings.DEMO = False
    with pytest.raises(Http404):
        inbox.inbox(rf.get("/demo/inbox/"))


def test_a_long_address_makes_the_page_no_wider_than_a_phone(rf):
    send("A link", body=f"https://careid.example/not-me/{'x' * 200}/\n")
    page = inbox.inbox(rf.get("/demo/inbox/")).content.decode()
    assert '<article class="nhsuk-card careid-break">' in page
