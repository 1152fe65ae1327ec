"""Each migration after the first ones is made for a portal in use: by rule, and under other people's locks."""

from contextlib import contextmanager

import psycopg
import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.db.models.functions import Now, Random

from operating.management.commands import migrate
from tests import databases
from tests.migration_rules import problems

OURS = ("careid", "enrolment", "authenticators", "sign_in", "desk")
BASE_LINE = {("careid", "0001_people_trail_outbox"), ("enrolment", "0001_attempts_and_codes"), ("authenticators", "0001_authenticators")}  # fmt: skip
LOADER = MigrationLoader(None)
LATER = [key for key in LOADER.graph._generate_plan(LOADER.graph.leaf_nodes(), at_end=True) if key[0] in OURS and key not in BASE_LINE]  # fmt: skip


def collecting():
    return connection.schema_editor(collect_sql=True, atomic=False)


@pytest.mark.django_db
@pytest.mark.parametrize("key", LATER, ids=".".join)
def test_a_migration_keeps_the_portal_running_and_the_release_before_too(key):
    before = LOADER.project_state(key, at_end=False)
    assert list(problems(LOADER.graph.nodes[key], before, collecting)) == []


# --- The rules themselves ----------------------------------------------------------------------------------------


def in_batches(apps, editor):
    for batch in apps.get_model("careid", "Profile").objects.iterator():
        batch.save()


def in_one_piece(apps, editor):
    apps.get_model("careid", "Profile").objects.update(source="")


def added(field, model="profile"):
    return migrations.AddField(model, "new", field)


def altered(field, model="profile"):
    return migrations.AlterField(model, "source", field)


UNIQUE = models.UniqueConstraint(fields=["source"], name="once")
INDEX = models.Index(fields=["source"], name="by_source")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("op", "words"),
    [
        (added(models.CharField(max_length=9, default="")), "the release before inserts rows without it"),
        (added(models.DateTimeField(null=True, default=Now)), "called once for all rows"),
        (added(models.FloatField(db_default=Random())), "rewrites the table"),
        (added(models.GeneratedField(expression=models.F("id") + 1, output_field=models.IntegerField(), db_persist=True)), "rewrites the table"),
        (added(models.CharField(max_length=9, null=True, unique=True)), "stops every write"),
        (added(models.ForeignKey("careid.Service", models.CASCADE, null=True, db_index=False)), "foreign key reads a big table"),
        (altered(models.CharField(max_length=20, null=False, db_index=True)), "a big table under a lock"),
        (altered(models.TextField(unique=True)), "a big table under a lock"),
        (altered(models.IntegerField(), "service"), "stop using it in one release"),
        (migrations.RemoveField("profile", "source"), "stop using it in one release"),
        (migrations.RenameField("profile", "source", "origin"), "stop using it in one release"),
        (migrations.DeleteModel("service"), "stop using it in one release"),
        (migrations.AddIndex("profile", INDEX), "AddIndexConcurrently"),
        (AddIndexConcurrently("profile", INDEX), "needs atomic = False"),
        (migrations.AddConstraint("profile", UNIQUE), "AddConstraintNotValid"),
        (migrations.RunSQL("CREATE INDEX a ON careid_event (name)", ""), "CONCURRENTLY"),
        (migrations.RunSQL("ALTER TABLE careid_mail ADD CONSTRAINT a CHECK (id > 1)", ""), "NOT VALID"),
        (migrations.RunSQL("UPDATE careid_profile SET source = ''", ""), "in batches"),
        (migrations.RunSQL("CREATE VIEW a AS SELECT 1"), "can't be rolled back"),
        (migrations.RunPython(in_one_piece, in_one_piece), "in batches"),
        (migrations.RunPython(in_batches, in_batches), "each committed"),
    ],
)  # fmt: skip
def test_what_would_stop_the_portal_is_refused_with_the_way_out(op, words):
    assert any(words in said for said in said_of(op))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("op", "how"),
    [
        (added(models.CharField(max_length=9, db_default="")), {}),
        (added(models.DateTimeField(null=True)), {}),
        (added(models.DateTimeField(db_default=Now())), {}),
        (altered(models.CharField(max_length=40, choices=[("a", "a")], null=True)), {}),
        (migrations.RemoveField("profile", "source"), {"contract": "0.1"}),
        (migrations.AddIndex("service", INDEX), {}),
        (AddIndexConcurrently("profile", INDEX), {"atomic": False}),
        (migrations.RunSQL("CREATE TRIGGER a BEFORE UPDATE OR DELETE ON careid_event EXECUTE FUNCTION f()", ""), {}),
        (migrations.RunPython(in_batches, in_batches), {"atomic": False}),
    ],
)
def test_what_lets_everybody_pass_is_allowed(op, how):
    assert said_of(op, **how) == []


@pytest.mark.django_db
def test_what_is_not_taken_back_can_be_begun_again():
    index = AddIndexConcurrently("service", INDEX)
    once = migrations.RunSQL("CREATE INDEX CONCURRENTLY a ON b (c)", "DROP INDEX a")
    again = migrations.RunSQL("CREATE INDEX CONCURRENTLY IF NOT EXISTS a ON b (c)", "DROP INDEX a")
    assert said_of(again, index, atomic=False) == []
    for several in ((index, again), (once, index)):
        assert "those before it stay" in said_of(*several, atomic=False)[0]


def said_of(*several, **how):
    fields = [("id", models.BigAutoField(primary_key=True)), ("source", models.CharField(max_length=20))]
    state = ProjectState()
    for name in ("Profile", "Service"):
        state.add_model(ModelState("careid", name, [(field, kind.clone()) for field, kind in fields]))
    migration = type("Migration", (migrations.Migration,), {"operations": several, **how})("made_up", "careid")
    return list(problems(migration, state, collecting))


# --- Under other people's locks ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scratch(django_db_setup, django_db_blocker):
    """A database of its own with the first migrations alone."""
    usual = connections.databases["default"]
    with django_db_blocker.unblock(), databases.beside("migrations") as name:
        options = {key: value for key, value in usual["OPTIONS"].items() if key != "pool"}
        connections.databases["scratch"] = usual | {"NAME": name, "OPTIONS": options}
        for app, base in sorted(BASE_LINE):
            call_command("migrate", app, base, database="scratch", verbosity=0)
        yield connections["scratch"]
        connections["scratch"].close()
        del connections["scratch"], connections.databases["scratch"]


@pytest.fixture
def one_short_try(monkeypatch):
    monkeypatch.setattr(migrate, "TRIES", 1)
    monkeypatch.setattr(migrate, "LOCK_WAIT", "50ms")


@contextmanager
def somebody_at_work(scratch):
    """A transaction that has read and written every table of ours, and goes on."""
    with psycopg.connect(**scratch.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        tables = other.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ %s", [f"^({'|'.join(OURS)})_"]
        )
        for (table,) in tables.fetchall():
            other.execute(f"LOCK TABLE {table} IN ACCESS SHARE MODE")
            other.execute(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE")
        other.execute("SELECT pg_current_xact_id()")
        yield
        other.rollback()


SHAPE = """
SELECT format('%s.%s %s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, atthasdef)
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE attnum > 0 AND NOT attisdropped AND relkind = 'r' AND relnamespace = 'public'::regnamespace
UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indexrelid
WHERE indisvalid AND relnamespace = 'public'::regnamespace
UNION ALL SELECT conrelid::regclass || ' ' || conname || pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT tgrelid::regclass || ' ' || tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT oid::regprocedure::text || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT app || ' ' || name FROM django_migrations
ORDER BY 1"""


def shape(scratch):
    with scratch.cursor() as cursor:
        cursor.execute(SHAPE)
        return [line for (line,) in cursor.fetchall()]


def test_each_migration_either_passes_or_is_taken_back_while_somebody_is_at_work(
    scratch, one_short_try, django_db_blocker
):
    with django_db_blocker.unblock():
        first = shape(scratch)
        for app, name in LATER:
            before = shape(scratch)
            try:
                with somebody_at_work(scratch):
                    call_command("migrate", app, name, database="scratch", verbosity=0)
            except CommandError:
                if LOADER.graph.nodes[app, name].atomic:  # else the rules ask that it can be begun again
                    assert ours(shape(scratch)) == ours(before), f"{app}.{name} left half of itself"
                call_command("migrate", app, name, database="scratch", verbosity=0)
            assert f"{app} {name}" in shape(scratch)
        for app, base in [("desk", "zero"), ("sign_in", "zero"), *sorted(BASE_LINE, reverse=True)]:
            call_command("migrate", app, base, database="scratch", verbosity=0)
        assert ours(shape(scratch)) == ours(first)


def test_an_index_that_broke_off_is_cleared_away_by_the_next_migrate(scratch, one_short_try, django_db_blocker):
    half = "SELECT count(*) FROM pg_class WHERE relname = 'half'"
    with django_db_blocker.unblock(), scratch.cursor() as cursor:
        with somebody_at_work(scratch), pytest.raises(OperationalError, match="lock timeout"):
            cursor.execute("SET lock_timeout = '50ms'")
            cursor.execute("CREATE INDEX CONCURRENTLY half ON careid_profile (source)")
        cursor.execute(half)
        assert cursor.fetchone() == (1,)
        call_command("migrate", *min(BASE_LINE), database="scratch", verbosity=0)
        cursor.execute(half)
        assert cursor.fetchone() == (0,)


def test_one_that_failed_is_in_nobodys_way_from_that_moment_on(scratch, monkeypatch, django_db_blocker):
    seen = []
    with (
        django_db_blocker.unblock(),
        psycopg.connect(**scratch.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other,
    ):
        scratch.ensure_connection()
        close = scratch.connection.close
        with pytest.raises(ZeroDivisionError), migrate._alone(scratch):
            monkeypatch.setattr(
                scratch.connection, "close", lambda: seen.append(other.execute(migrate.ALONE).fetchone()) or close()
            )
            raise ZeroDivisionError
    assert seen[0] == (True,)


def test_it_lets_everybody_pass_and_tries_again_and_in_the_end_says_so(scratch, monkeypatch, django_db_blocker, capsys):
    monkeypatch.setattr(migrate, "TRIES", 2)
    monkeypatch.setattr(migrate, "LOCK_WAIT", "50ms")
    monkeypatch.setattr(migrate, "PAUSE", 0)
    with django_db_blocker.unblock():
        usual = lock_timeout(scratch)
        with (
            somebody_at_work(scratch),
            pytest.raises(CommandError, match=r"for longer than 50ms .* 2 times") as refused,
        ):
            call_command("migrate", "careid", "0002", database="scratch", verbosity=0)
        assert refused.value.returncode == 1
        assert capsys.readouterr().err == "A table is in use: again in 0 seconds.\n"
        assert lock_timeout(scratch) == usual


def lock_timeout(scratch):
    with scratch.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return cursor.fetchone()


def test_one_migrate_runs_at_a_time(scratch, django_db_blocker):
    with django_db_blocker.unblock(), psycopg.connect(**scratch.get_connection_params()) as other:
        other.execute(migrate.ALONE)
        other.execute("LOCK TABLE careid_profile")  # as one does that changes it
        with pytest.raises(CommandError, match="Another migrate is running"):
            call_command("migrate", "careid", "0002", database="scratch", verbosity=0)


def ours(shape):
    return [line for line in shape if any(f"{app}_" in line or line.startswith(f"{app} ") for app in OURS)]
