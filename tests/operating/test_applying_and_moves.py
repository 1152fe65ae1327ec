"""The roles of web and worker take files, invite, decide and tell: new tables are theirs, and none of them a temporary one."""

import io
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from apply import filing, forgetting
from apply import jobs as apply_jobs
from apply.models import Application, Invitation
from careid.people.uploads import Upload, UploadLine
from careid.post import jobs as post_jobs
from careid.post.models import Mail
from moves import jobs, joining, loading, rounds
from moves.models import Mailing, Move, Person
from operating import grants
from tests.apply.comer import Comer
from tests.moves import made
from tests.operating.roles import acting_as

PEOPLE = b"email,given_name,family_name,organisation,way\nkim@example.nhs.uk,Kim,Sample,RX1,two_factor\n"
INVITED = b"email,given_name,family_name,organisation\nlee@example.nhs.uk,Lee,Sample,RX1\n"


@pytest.mark.parametrize("model", [Upload, UploadLine, Invitation, Application, Move, Person, Mailing])
def test_each_table_is_known(model):
    assert model._meta.db_table in grants.known_tables()


def test_a_file_of_people_is_taken_told_and_forgotten(role, organisation):
    move = made.move()
    with acting_as(role):
        upload = loading.judge(file=io.BytesIO(PEOPLE), move=move, by="admin:7")
        loading.take(upload=upload, wanted="all", by="admin:7")
        joining.join(upload)
        assert rounds.tell(move) == {"start": 1}
        Move.objects.update(state="done", ended_at=timezone.now() - settings.KEEP_APPLYING - timedelta(days=1))
        Upload.objects.update(at=timezone.now() - settings.KEEP_UPLOADS - timedelta(days=1))
        jobs.purge.func(timestamp=0)
        post_jobs.purge.func(timestamp=0)
    assert [model for model in (Person, Mailing, UploadLine) if model.objects.exists()] == []
    assert Mail.objects.filter(template="move_start").count() == 1


def test_a_file_of_invitations_is_sent_somebody_applies_and_all_of_it_is_forgotten(role, organisation):
    with acting_as(role):
        upload = filing.judge(file=io.BytesIO(INVITED), by="admin:7", codes=None)
        filing.take(upload=upload, wanted="all", by="admin:7", codes=None)
        apply_jobs.send_file.func(upload_id=str(upload.pk))
        comer = Comer()
        comer.prove(Invitation.objects.get())
        comer.give()
        assert Application.objects.get().state == "waiting"
        Invitation.objects.update(ended_at=timezone.now() - settings.KEEP_APPLYING - timedelta(days=1))
        forgetting.purge(timezone.now())
    assert not Invitation.objects.exists()
