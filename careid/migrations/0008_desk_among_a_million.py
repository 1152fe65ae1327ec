import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

# Nothing waits for them while they are built, and one that breaks off is begun again.
INDEXES = {
    "profile_email_start": "careid_profile (lower(email) text_pattern_ops)",
    "profile_name_start": "careid_profile (lower(family_name) text_pattern_ops, lower(given_name) text_pattern_ops)",
    "profile_of_organisation": "careid_profile (organisation_id, id) INCLUDE (state)",
    "profile_closed": "careid_profile (organisation_id, id) WHERE state = 'closed'",
    "profile_no_email": "careid_profile (organisation_id, id) WHERE email IS NULL",
    "profile_no_number": "careid_profile (organisation_id, id) WHERE nino_fingerprint IS NULL",
    "profile_invited": "careid_profile (organisation_id, id) WHERE invited_at IS NOT NULL",
    "event_of_organisation": "careid_event (organisation, at)",
    "event_named": "careid_event (name, outcome, at)",
    "event_not_ok": "careid_event (outcome, at) INCLUDE (reason) WHERE NOT (outcome = 'ok')",
}
OF_PROFILES = {
    "profile_closed": models.Q(state="closed"),
    "profile_no_email": models.Q(email__isnull=True),
    "profile_no_number": models.Q(nino_fingerprint__isnull=True),
    "profile_invited": models.Q(invited_at__isnull=False),
}


def _start(column):
    lower = django.db.models.functions.text.Lower(column)
    return django.contrib.postgres.indexes.OpClass(lower, name="text_pattern_ops")


class Migration(migrations.Migration):
    """Indexes for what the desk asks of millions of rows."""

    atomic = False
    dependencies = [
        ("careid", "0007_mails_to_purge"),
    ]
    operations = [
        migrations.RunSQL(
            [f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {what}" for name, what in INDEXES.items()],
            [f"DROP INDEX CONCURRENTLY IF EXISTS {name}" for name in INDEXES],
            state_operations=[
                migrations.AddIndex("profile", models.Index(_start("email"), name="profile_email_start")),
                migrations.AddIndex("profile", models.Index(_start("family_name"), _start("given_name"), name="profile_name_start")),
                migrations.AddIndex("profile", models.Index(fields=["organisation", "id"], include=["state"], name="profile_of_organisation")),
                *(
                    migrations.AddIndex("profile", models.Index(fields=["organisation", "id"], condition=condition, name=name))
                    for name, condition in OF_PROFILES.items()
                ),
                migrations.AddIndex("event", models.Index(fields=["organisation", "at"], name="event_of_organisation")),
                migrations.AddIndex("event", models.Index(fields=["name", "outcome", "at"], name="event_named")),
                migrations.AddIndex("event", models.Index(fields=["outcome", "at"], include=["reason"], condition=~models.Q(outcome="ok"), name="event_not_ok")),
            ],
        ),
    ]
