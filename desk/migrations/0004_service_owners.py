"""A role for whoever looks after a service's moves. `manage.py migrate` gives it what `desk.roles` names."""

from django.db import migrations

NAME = "Service owner"


def make(apps, schema_editor):
    apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias).get_or_create(name=NAME)


class Migration(migrations.Migration):

    dependencies = [
        ("desk", "0003_passkeys"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
