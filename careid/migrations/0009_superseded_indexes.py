import django.db.models.deletion
from django.db import migrations, models

# Each has a wider one beside it since the migration before, which serves the release before as well.
INDEXES = {
    "profile_email": "careid_profile (lower(email))",
    "profile_family_name": "careid_profile (lower(family_name))",
    "careid_profile_organisation_id_7a40ea23": "careid_profile (organisation_id)",
}


class Migration(migrations.Migration):
    """Indexes that nothing asks for any more."""

    atomic = False
    dependencies = [
        ("careid", "0008_desk_among_a_million"),
    ]
    operations = [
        migrations.RunSQL(
            [f"DROP INDEX CONCURRENTLY IF EXISTS {name}" for name in INDEXES],
            [f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {what}" for name, what in INDEXES.items()],
            state_operations=[
                migrations.RemoveIndex("profile", "profile_email"),
                migrations.RemoveIndex("profile", "profile_family_name"),
                migrations.AlterField("profile", "organisation", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="careid.organisation")),
            ],
        ),
    ]
