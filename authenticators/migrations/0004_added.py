from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The desk lists what was added last."""

    atomic = False
    dependencies = [
        ("authenticators", "0003_desk"),
    ]
    operations = [
        AddIndexConcurrently("authenticator", models.Index(fields=["-added_at"], name="authenticator_added")),
    ]
