"""Callbacks; and what the groups may do with them and with service requests."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
import django.db.models.functions.datetime
from django.apps import apps as real_apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

MODELS = [("calls", "callback"), ("tickets", "servicerequest")]
# Each group may do what the one before it may, and more.
GROUPS = {
    "viewer": ["view"],
    "agent": ["view", "change"],
    "manager": ["view", "change", "add"],
    "admin": ["view", "change", "add", "delete"],
}


def give_permissions(apps: Any, schema_editor: Any) -> None:
    # Permissions are made after all migrations; the groups need them now.
    for label, _ in MODELS:
        create_permissions(
            real_apps.get_app_config(label), verbosity=0, using=schema_editor.connection.alias, apps=apps
        )
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, actions in GROUPS.items():
        group = Group.objects.filter(name=name).first()
        for label, model in MODELS if group else []:
            codenames = [f"{action}_{model}" for action in actions]
            group.permissions.add(*Permission.objects.filter(content_type__app_label=label, codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0006_replies"),
        ("tickets", "0003_service_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Callback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(help_text="E.164, such as +447700900018", max_length=40)),
                ("due_at", models.DateTimeField()),
                ("topic", models.CharField(help_text="In the caller's words", max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("done", "Done"), ("cancelled", "Cancelled")],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("settled_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "call",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="callbacks",
                        to="calls.call",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="callbacks",
                        to="tickets.customer",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["due_at", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("state", "open")), fields=["due_at"], name="callback_open")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("call"),
                        models.Func(
                            "due_at",
                            output_field=models.DateTimeField(),
                            template="date_trunc('hour', %(expressions)s AT TIME ZONE 'UTC')",
                        ),
                        condition=models.Q(("state", "open")),
                        name="one_open_callback_a_call_and_hour",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "done", "cancelled"])), name="callback_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__regex", "^\\+[1-9][0-9]{4,14}$")),
                        name="callback_number_is_e164",
                        violation_error_message="Write the number as E.164: +, country code, digits, such as +447700900018.",
                    ),
                ],
            },
        ),
        migrations.RunPython(give_permissions, migrations.RunPython.noop),
    ]
