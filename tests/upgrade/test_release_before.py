"""A database of the release before is only added to by `migrate`, and everything in it is found."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import DatabaseError, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from authenticators.models import Authenticator
from careid.limits.models import LimitCount
from careid.people.models import Organisation, Profile
from careid.people.services import Service
from careid.post.models import Mail
from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import record
from desk.door.models import Invitation, Passkey
from operating import grants

pytestmark = pytest.mark.usefixtures("shape_before")

SHAPE = """
SELECT format('%s.%s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull)
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE attnum > 0 AND NOT attisdropped AND relkind = 'r' AND relnamespace = 'public'::regnamespace
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conrelid::regclass || ' ' || conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'ran ' || app || '.' || name FROM django_migrations
UNION ALL SELECT 'type ' || id || app_label || '.' || model FROM django_content_type
UNION ALL SELECT 'right ' || id || codename || content_type_id FROM auth_permission
UNION ALL SELECT 'role ' || group_id || ' may ' || permission_id FROM auth_group_permissions
ORDER BY 1"""


def shape(database):
    with database.cursor() as cursor:
        cursor.execute(SHAPE)
        return [line for (line,) in cursor.fetchall()]


@pytest.fixture(scope="module")
def shape_before(release_before, django_db_blocker):
    with django_db_blocker.unblock():
        before = shape(release_before)
        call_command("migrate", verbosity=0)
    return before


def test_migrate_takes_nothing_away_and_no_model_has_moved(release_before, shape_before):
    assert {"careid_profile.user_id character varying(12) t", "ran axes.0001_initial"} <= set(shape_before)
    assert set(shape_before) <= set(shape(release_before))
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_its_people_and_what_they_carry_are_found():
    assert (Organisation.objects.get().code, Service.objects.get().name) == ("RX1", "Records")
    assert dict(Profile.objects.values_list("given_name", "state")) == {"Ama": "open", "Ben": "closed"}
    ama = Profile.objects.get(email="ama.sample@example.nhs.uk")
    mine = Authenticator.objects.filter(profile=ama)
    assert dict(mine.values_list("kind", "state")) == {"totp": "active", "passkey": "revoked"}
    assert (LimitCount.objects.count(), Mail.objects.filter(profile=ama).count()) == (1, 1)


def test_its_admin_has_the_factor_the_role_and_the_rights():
    rita = User.objects.get()
    assert [group.name for group in rita.groups.all()] == ["RA agent"]
    assert rita.organisations.get().code == "RX1"
    assert rita.has_perms(["careid.unlock_profile", "careid.view_event", "authenticators.revoke_authenticator"])
    assert not rita.has_perm("careid.close_profile")
    assert Passkey.objects.get(user=rita).confirmed
    assert not Invitation.objects.get(user=rita).is_open


def test_what_a_superuser_changed_of_a_role_stays():
    sponsor = Group.objects.get(name="Sponsor")
    assert not sponsor.permissions.filter(codename="invite_profile").exists()
    assert Group.objects.filter(name="Night desk").exists()


def test_its_trail_reads_on_and_is_added_to_and_nothing_in_it_changes():
    assert [event.name for event in Event.objects.filter(sequence__lte=3).order_by("sequence")] == [
        *("authenticator.added", "authenticator.revoked", "limit.lifted"),
    ]
    ama = Profile.objects.get(given_name="Ama")
    assert record(EventName.AUTHENTICATOR_ADDED, profile=ama).sequence > 3
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.update(reason="other")


def test_its_queued_jobs_are_jobs_of_this_worker_too():
    queued = set(ProcrastinateJob.objects.values_list("task_name", flat=True))
    assert len(queued) == 6
    app.perform_import_paths()  # as a worker does
    assert queued <= set(app.tasks)


def test_the_tables_of_what_has_left_are_there_with_their_rows(release_before):
    with release_before.cursor() as cursor:
        tables = set(release_before.introspection.table_names(cursor))
        assert set(grants.LEFT) <= tables
        cursor.execute("SELECT username FROM axes_accessattempt")
        assert cursor.fetchall() == [("rita",)]


def test_no_other_table_has_no_model(release_before):
    with release_before.cursor() as cursor:
        tables = set(release_before.introspection.table_names(cursor))
    assert tables == grants.known_tables()
