from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Which open sessions have lasted as long as one may: asked each few seconds, whatever has ended before."""

    atomic = False
    dependencies = [
        ("sign_in", "0005_idle_of_profile"),
    ]
    operations = [
        AddIndexConcurrently(
            "session",
            models.Index("started_at", condition=models.Q(ended_at=None), name="session_open_started"),
        ),
    ]
