"""The four groups: viewer, agent, manager, admin. Each may do what the one before it may."""

from __future__ import annotations

from typing import Any

from django.apps import apps as real_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

VIEW = [
    "calls.view_assistant",
    "calls.view_call",
    "calls.view_turn",
    "calls.view_interruption",
    "calls.view_toolcall",
    "calls.view_report",
    "calls.view_escalation",
    "tickets.view_customer",
    "tickets.view_ticket",
    "tickets.view_comment",
]
AGENT = [
    *VIEW,
    "calls.change_escalation",
    "tickets.add_ticket",
    "tickets.change_ticket",
    "tickets.add_comment",
    "calls.see_numbers",
]
MANAGER = [
    *AGENT,
    "tickets.add_customer",
    "tickets.change_customer",
    "calls.add_escalation",
    "tickets.change_comment",
]
ADMIN = [
    *MANAGER,
    "calls.view_event",
    "calls.view_pending",
    "calls.change_pending",
    "calls.add_assistant",
    "calls.change_assistant",
    "calls.delete_assistant",
    "tickets.delete_customer",
    "tickets.delete_ticket",
    "tickets.delete_comment",
    "calls.delete_escalation",
    "auth.view_user",
    "auth.add_user",
    "auth.change_user",
    "auth.view_group",
]
GROUPS = {"viewer": VIEW, "agent": AGENT, "manager": MANAGER, "admin": ADMIN}


def create_groups(apps: Any, schema_editor: Any) -> None:
    # Permissions are made after all migrations; the groups need them now.
    for label in ("auth", "tickets", "calls"):
        create_permissions(
            real_apps.get_app_config(label), verbosity=0, using=schema_editor.connection.alias, apps=apps
        )
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    by_name = {f"{p.content_type.app_label}.{p.codename}": p for p in Permission.objects.select_related("content_type")}
    for name, permissions in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set([by_name[permission] for permission in permissions])


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(create_groups, migrations.RunPython.noop)]
