"""A file of people to invite: each line is looked at, then all or the good ones are invited, each once."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from apply import filing, inviting, jobs
from apply.models import Invitation
from careid.errors import Refused
from careid.people.models import Organisation
from careid.people.spreadsheets import BadFile
from careid.people.uploads import Upload, UploadLine
from careid.post.models import Mail
from careid.trail.models import Event
from tests.threads import together

pytestmark = pytest.mark.django_db
BY, OURS = "admin:7", ("RX1",)
GOOD = "p{n}@example.nhs.uk,Pat,Sample,RX1"
DOUBLED = "email stands on line 2 already"
INVITED = "email has an invitation already"
NOT_OURS = "organisation is none that you look after"


@pytest.fixture(autouse=True)
def _organisations(organisation):
    Organisation.objects.create(code="RY2")


def judge(*lines, columns="email,given_name,family_name,organisation", codes=OURS, by=BY):
    file = io.BytesIO("\n".join([columns, *lines, ""]).encode())
    return filing.judge(file=file, by=by, codes=codes)


def good(many):
    return [GOOD.format(n=n) for n in range(many)]


def faults(upload):
    return dict(upload.lines.exclude(fault="").values_list("number", "fault"))


def take(upload, wanted="valid", by=BY, codes=OURS):
    filing.take(upload=upload, wanted=wanted, by=by, codes=codes)


def work():
    for job in ProcrastinateJob.objects.filter(task_name="apply.send_file", status="todo"):
        jobs.send_file.func(**job.args)


def test_a_good_file_has_no_fault_and_invites_nobody_yet():
    upload = judge(*good(3))
    assert (upload.rows, upload.failed, upload.state, upload.purpose, upload.by) == (3, 0, "judged", "invitations", BY)
    assert (faults(upload), Invitation.objects.count(), Mail.objects.count()) == ({}, 0, 0)


@pytest.mark.parametrize(
    ("line", "fault"),
    {
        "no,Pat,Sample,RX1,": "email is not an email address",
        ",Pat,Sample,RX1,": "email is not an email address",
        "p@example.nhs.uk,,Sample,RX1,": "given_name is not 1 to 100 characters",
        "p@example.nhs.uk,Pat,,RX1,": "family_name is not 1 to 100 characters",
        f"p@example.nhs.uk,Pat,{'x' * 101},RX1,": "family_name is not 1 to 100 characters",
        "p@example.nhs.uk,Pat,Sample,,": "organisation is not 2 to 12 letters and digits",
        "p@example.nhs.uk,Pat,Sample,ZZ9,": NOT_OURS,
        "p@example.nhs.uk,Pat,Sample,RY2,": NOT_OURS,
        "p@example.nhs.uk,Pat,Sample,RX1,PP000001A": "note: Leave a National Insurance number out of the note: it is kept for years",
        f"p@example.nhs.uk,Pat,Sample,RX1,{'x' * 201}": "note: Keep the note to 200 characters",
        "p@example.nhs.uk,Pat,Sample": "the line has 3 cells and the header 5",
        'p@example.nhs.uk,"Pat,Sample,RX1,': "a quotation mark is not closed, or stands in the wrong place",
        "p@example.nhs.uk,Pat\x00,Sample,RX1,": "the line has a control character",
    }.items(),
)
def test_each_column_of_a_line_is_looked_at(line, fault):
    upload = judge(line, GOOD.format(n=1) + ",ward 3", columns="email,given_name,family_name,organisation,note")
    assert faults(upload) == {2: fault}
    assert (upload.rows, upload.failed) == (2, 1)


@pytest.mark.parametrize(("columns", "lines"), [("email,given_name", ["a,b"]), ("", []), ("\x00", ["x"])])
def test_what_is_no_such_file_is_refused_in_words_and_nothing_of_it_stays(columns, lines):
    with pytest.raises(BadFile):
        judge(*lines, columns=columns)
    assert not Upload.objects.exists()


def test_a_person_who_stands_there_twice_is_taken_once_for_each_organisation():
    line = GOOD.format(n=1)
    upload = judge(line, line.replace("p1@e", "P1@E"), line.replace("RX1", "RY2"), codes=None)
    assert faults(upload) == {3: DOUBLED}


def test_who_has_an_invitation_that_lives_is_told_and_who_let_one_run_out_is_not(make_invitation, settings):
    one = make_invitation(email="p0@example.nhs.uk")
    make_invitation(email="p1@example.nhs.uk", organisation=Organisation.objects.get(code="RY2"))
    assert faults(judge(*good(2))) == {2: INVITED}
    with time_machine.travel(one.expires_at + timedelta(seconds=1)):
        assert faults(judge(*good(2))) == {}


def test_who_is_on_file_is_a_line_like_any_other(person):
    assert faults(judge(f"{person.email},Ama,Sample,RX1")) == {}


def test_all_are_invited_each_with_a_mail_and_an_event_as_whoever_took_the_file_and_the_note_stays_sealed():
    columns = "organisation,note,email,family_name,given_name"
    upload = judge("RX1,ward 3,p@example.nhs.uk,Sample,Pat", "RX1,,q@example.nhs.uk,Other,Kim", columns=columns)
    take(upload, "all", by="admin:9")
    assert (upload.state, Invitation.objects.count()) == ("taken", 0)
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.wanted, upload.done_at is not None) == ("done", "all", True)
    rows = {one.email: one for one in Invitation.objects.all()}
    one, other = rows["p@example.nhs.uk"], rows["q@example.nhs.uk"]
    assert (one.given_name, one.family_name, one.note, one.by) == ("Pat", "Sample", "ward 3", "admin:9")
    assert (other.note, other.upload_id, Mail.objects.count()) == (None, upload.pk, 2)
    assert set(Event.objects.values_list("name", "actor")) == {("invitation.sent", "admin:9")}
    assert all(upload.lines.values_list("done", flat=True))


def test_the_good_lines_alone_can_be_taken_and_all_only_where_each_is_good():
    upload = judge(*good(2), "no,Pat,Sample,RX1")
    with pytest.raises(Refused, match="faults"):
        take(upload, "all")
    take(upload, "valid")
    work()
    assert Invitation.objects.count() == 2
    assert dict(upload.lines.values_list("number", "done")) == {2: True, 3: True, 4: False}


def test_a_file_without_a_good_line_is_not_taken():
    with pytest.raises(Refused, match="nothing"):
        take(judge("no,Pat,Sample,RX1"))
    assert not ProcrastinateJob.objects.filter(task_name="apply.send_file").exists()


def test_what_changed_since_it_was_looked_at_is_found_when_it_is_taken_and_shown(make_invitation):
    upload = judge(*good(3), GOOD.format(n=9).replace("RX1", "RY2"), codes=("RX1", "RY2"))
    make_invitation(email="p1@example.nhs.uk")
    with pytest.raises(Refused, match="faults"):
        take(upload, "all", codes=("RX1",))
    assert faults(upload) == {3: INVITED, 5: NOT_OURS}
    assert upload.failed == Upload.objects.get().failed == 2


def test_a_file_is_taken_once():
    upload = judge(*good(2))
    take(upload)
    with pytest.raises(Refused, match="taken"):
        take(upload)
    assert ProcrastinateJob.objects.filter(task_name="apply.send_file").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_at_once_one_does():
    upload = judge(*good(2))

    def press():
        try:
            take(Upload.objects.get(pk=upload.pk), "all")
        except Refused as refused:
            return refused.reason
        return "took it"

    assert sorted(together([press] * 4)) == ["taken"] * 3 + ["took it"]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_invite_each_line_once():
    upload = judge(*good(40))
    take(upload)
    together([lambda: filing.send(str(upload.pk))] * 4)
    assert (
        Invitation.objects.count() == Mail.objects.count() == Event.objects.filter(name="invitation.sent").count() == 40
    )
    assert Upload.objects.get().state == "done"


def test_a_worker_that_comes_after_one_that_died_goes_on_where_it_was():
    upload = judge(*good(4))
    take(upload)
    some = upload.lines.filter(number__lte=3)
    inviting.by_sets(
        rows=[inviting.Asked(Organisation.objects.get(code="RX1"), one.email, "Pat", "Sample") for one in some], by=BY
    )
    some.update(done=True)
    work()
    work()
    assert (Invitation.objects.count(), Mail.objects.count(), faults(upload)) == (4, 4, {})


def test_who_was_invited_by_somebody_else_while_the_file_waited_is_left_out_and_told(make_invitation):
    upload = judge(*good(3))
    take(upload, "all")
    make_invitation(email="p1@example.nhs.uk")
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.failed, faults(upload)) == ("done", 1, {3: INVITED})
    assert Invitation.objects.count() == 3


def test_a_line_whose_organisation_is_gone_keeps_no_other_from_going():
    upload = judge(*good(2), GOOD.format(n=9).replace("RX1", "RY2"), codes=None)
    take(upload, "all", codes=None)
    Organisation.objects.filter(code="RY2").delete()
    work()
    assert (Upload.objects.get().state, Invitation.objects.count()) == ("done", 2)
    assert (faults(upload), Upload.objects.get().failed) == ({4: NOT_OURS}, 1)


def test_a_note_can_not_be_read_where_it_lies():
    judge(GOOD.format(n=1) + ",ward 3", columns="email,given_name,family_name,organisation,note")
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM careid_uploadline")
        assert b"ward" not in bytes(cursor.fetchone()[0])
    assert UploadLine.objects.get().note == "ward 3"


def test_a_file_of_more_than_a_worker_takes_at_once_is_sent_whole():
    upload = judge(*good(filing.AT_ONCE + 100))
    take(upload, "all")
    work()
    assert Invitation.objects.count() == Mail.objects.count() == upload.lines.filter(done=True).count() == 1_100
