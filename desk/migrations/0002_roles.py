"""The groups of `desk.roles`, as they were when this was written. A group that is there keeps what it has.

A right that came later is given by `manage.py migrate` (`desk.roles`), not here.
"""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

SEE = ("careid.view_profile", "careid.view_organisation", "authenticators.view_authenticator")
TRAIL = ("careid.view_event", "authenticators.view_report", "careid.view_service")
NUMBERS = ("careid.check_number", "careid.change_number")
HELP = (
    "careid.change_email",
    "careid.unlock_profile",
    "careid.invite_profile",
    "careid.assist_profile",
    "authenticators.revoke_authenticator",
    "authenticators.suspend_authenticator",
    "authenticators.lift_hold",
    "authenticators.close_report",
)
LOOK = ("careid.see_dashboard",)
ROLES = {
    "RA manager": (*SEE, *TRAIL, *NUMBERS, *HELP, *LOOK, "careid.close_profile", "careid.export_profile"),
    "RA agent": (*SEE, *TRAIL, *NUMBERS, *HELP, *LOOK),
    "Sponsor": (*SEE, *LOOK, "careid.invite_profile"),
    "ID checker": (*SEE, *NUMBERS),
    "Auditor": (*SEE, *TRAIL, *LOOK, "careid.export_profile"),
}


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
