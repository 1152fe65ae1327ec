from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes for what /metrics counts. Nothing waits for them while they are built."""

    atomic = False
    dependencies = [
        ("careid", "0003_reported"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [  # one that breaks off is begun again: the first may be there already
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS careid_jobs_failed ON procrastinate_jobs (id) WHERE status = 'failed'",
            "DROP INDEX CONCURRENTLY IF EXISTS careid_jobs_failed",
        ),
        AddIndexConcurrently(
            "mail",
            models.Index(fields=["settled_at"], condition=models.Q(settled_at__isnull=False), name="mail_settled"),
        ),
    ]
