"""What the groups may do with writes to a CRM, and what of late answers and disclosures they may see."""

from __future__ import annotations

from typing import Any

from django.apps import apps as real_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

# Each group may do what the one before it may, and more.
GROUPS = {
    "viewer": ["view_operation"],
    "agent": ["view_operation", "change_operation"],
    "manager": ["view_operation", "change_operation", "view_disclosure", "view_verification", "view_lookupmiss"],
    "admin": [
        "view_operation",
        "change_operation",
        "view_disclosure",
        "view_verification",
        "view_lookupmiss",
        "view_delivery",
        "view_fetched",
        "view_managed",
        "view_managedversion",
        "view_crmsettings",
        "add_crmsettings",
        "change_crmsettings",
        "delete_crmsettings",
    ],
}


def give_permissions(apps: Any, schema_editor: Any) -> None:
    # Permissions are made after all migrations; the groups need them now.
    for label in ("calls", "tickets"):
        create_permissions(
            real_apps.get_app_config(label), verbosity=0, using=schema_editor.connection.alias, apps=apps
        )
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, codenames in GROUPS.items():
        group = Group.objects.filter(name=name).first()
        if group:
            group.permissions.add(*Permission.objects.filter(codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0015_one_miss_a_tool_call"),
        ("tickets", "0008_crm_changes"),
    ]

    operations = [migrations.RunPython(give_permissions, migrations.RunPython.noop)]
