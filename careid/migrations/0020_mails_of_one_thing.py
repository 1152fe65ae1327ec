from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What waits of the mails that can be stopped as a whole."""

    atomic = False
    dependencies = [
        ("careid", "0019_more_on_the_way"),
    ]
    operations = [
        AddIndexConcurrently(
            "mail",
            models.Index(
                fields=["about", "queued_at"],
                condition=models.Q(state="queued") & ~models.Q(about=""),
                name="mail_about",
            ),
        ),
    ]
