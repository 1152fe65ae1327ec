from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform


class Migration(migrations.Migration):
    """What failed for the clients of one service, which the desk counts."""

    atomic = False
    dependencies = [
        ("careid", "0017_roles"),
    ]
    operations = [
        AddIndexConcurrently(
            "event",
            models.Index(
                KeyTextTransform("client", "details"),
                "at",
                condition=~models.Q(outcome="ok"),
                name="event_of_client_not_ok",
            ),
        ),
    ]
