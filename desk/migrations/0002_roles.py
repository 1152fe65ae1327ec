"""The groups of `desk.roles`, as they were when this was written. A group that is there keeps what it has."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

from desk.roles import ROLES


def make(apps, schema_editor):
    # Django makes permissions after the last migration; the groups need them now.
    for label in ("careid", "authenticators"):
        create_permissions(installed.get_app_config(label), verbosity=0, apps=apps, using=schema_editor.connection.alias)
    group_model, permission_model = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, codes in ROLES.items():
        group, fresh = group_model.objects.get_or_create(name=name)
        for code in codes if fresh else ():
            label, _, codename = code.partition(".")
            group.permissions.add(permission_model.objects.get(content_type__app_label=label, codename=codename))


class Migration(migrations.Migration):

    dependencies = [
        ("desk", "0001_admins_door"),
        ("careid", "0006_desk"),
        ("authenticators", "0003_desk"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
