from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index for what the purge asks. Nothing waits for it while it is built."""

    atomic = False
    dependencies = [("careid", "0006_desk")]
    operations = [
        AddIndexConcurrently(
            "mail",
            models.Index(fields=["queued_at"], condition=~models.Q(state="queued"), name="mail_done_with"),
        ),
    ]
