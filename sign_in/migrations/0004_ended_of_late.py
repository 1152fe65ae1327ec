from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Which sessions ended of late: the services that somebody signed in to in them are told."""

    atomic = False
    dependencies = [
        ("sign_in", "0003_service"),
    ]
    operations = [
        AddIndexConcurrently(
            "session",
            models.Index("ended_at", condition=models.Q(ended_at__isnull=False), name="session_ended"),
        ),
    ]
