from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """A person's sessions that stand idle, since whatever ends an open one ends those too."""

    atomic = False
    dependencies = [
        ("sign_in", "0004_ended_of_late"),
    ]
    operations = [
        AddIndexConcurrently(
            "session",
            models.Index("profile", "ended_at", condition=models.Q(ended_reason="idle"), name="session_of_profile_idle"),
        ),
    ]
