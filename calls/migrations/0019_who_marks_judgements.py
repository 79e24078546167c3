"""Who sees the judgements of what callers meant, and who may say whether they were right."""

from __future__ import annotations

from typing import Any

from django.apps import apps as real_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUPS = {
    "viewer": ["view_judgement"],
    "agent": ["view_judgement"],
    "manager": ["view_judgement", "change_judgement"],
    "admin": ["view_judgement", "change_judgement"],
}


def give_permissions(apps: Any, schema_editor: Any) -> None:
    # Permissions are made after all migrations; the groups need them now.
    create_permissions(real_apps.get_app_config("calls"), verbosity=0, using=schema_editor.connection.alias, apps=apps)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, codenames in GROUPS.items():
        group = Group.objects.filter(name=name).first()
        if group:
            group.permissions.add(*Permission.objects.filter(codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [("calls", "0018_judgements")]

    operations = [migrations.RunPython(give_permissions, migrations.RunPython.noop)]
