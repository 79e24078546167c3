"""Who sees in the admin what webhooks lost."""

from __future__ import annotations

from typing import Any

from django.apps import apps as real_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

SEEN = ["view_incident", "view_healing", "view_apipass", "view_daycompleteness"]


def give_permissions(apps: Any, schema_editor: Any) -> None:
    # Permissions are made after all migrations; the group needs them now.
    create_permissions(real_apps.get_app_config("calls"), verbosity=0, using=schema_editor.connection.alias, apps=apps)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    group = Group.objects.filter(name="admin").first()
    if group:
        group.permissions.add(*Permission.objects.filter(codename__in=SEEN))


class Migration(migrations.Migration):
    dependencies = [("calls", "0021_reconcile_index")]

    operations = [migrations.RunPython(give_permissions, migrations.RunPython.noop)]
