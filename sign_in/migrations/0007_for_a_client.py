from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who signed in for the clients of one service, which the desk counts: from the index alone."""

    atomic = False
    dependencies = [
        ("sign_in", "0006_open_since"),
    ]
    operations = [
        AddIndexConcurrently(
            "signin",
            models.Index(
                fields=["client", "at"], include=["amr"], condition=~models.Q(client=""), name="sign_in_for_client"
            ),
        ),
    ]
