import django.contrib.postgres.indexes
from django.db import migrations, models

from careid.people.folding import Folded

FOLDED = {name: Folded.template % {"expressions": name} for name in ("family_name", "given_name")}


def _start(column):
    return django.contrib.postgres.indexes.OpClass(Folded(column), name="text_pattern_ops")


class Migration(migrations.Migration):
    """The desk finds names without accents, apostrophes and dashes. The release before still asks the older index."""

    atomic = False
    dependencies = [
        ("careid", "0012_mails_of_an_organisation"),
    ]
    operations = [
        migrations.RunSQL(
            [
                "CREATE INDEX CONCURRENTLY IF NOT EXISTS profile_folded_start ON careid_profile"
                f" (({FOLDED['family_name']}) text_pattern_ops, ({FOLDED['given_name']}) text_pattern_ops)"
            ],
            ["DROP INDEX CONCURRENTLY IF EXISTS profile_folded_start"],
            state_operations=[
                migrations.AddIndex("profile", models.Index(_start("family_name"), _start("given_name"), name="profile_folded_start")),
            ],
        ),
    ]
