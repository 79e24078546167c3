"""Runs of the assistants' page, and who may start them."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
import django.db.models.functions.datetime
from django.apps import apps as real_apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

GROUPS = {
    "manager": ["view_managed", "view_managedversion", "view_syncrun", "sync_assistants"],
    "admin": ["view_syncrun", "sync_assistants"],
}


def give_permissions(apps: Any, schema_editor: Any) -> None:
    # Permissions are made after all migrations; the groups need them now.
    create_permissions(real_apps.get_app_config("calls"), verbosity=0, using=schema_editor.connection.alias, apps=apps)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, codenames in GROUPS.items():
        group = Group.objects.filter(name=name).first()
        if group:
            group.permissions.add(*Permission.objects.filter(content_type__app_label="calls", codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0016_who_sees_writes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SyncRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("apply", "Apply"),
                            ("pull", "Take into the files"),
                            ("prune", "Delete at Vapi"),
                            ("roll-back", "Roll back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(blank=True, help_text="Of one resource; empty for all", max_length=120)),
                ("force", models.BooleanField(default=False, help_text="Overwrite what was changed at Vapi")),
                ("version", models.PositiveIntegerField(blank=True, help_text="To roll back to", null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for a worker"),
                            ("running", "Under way"),
                            ("done", "Done"),
                            ("failed", "Not all done"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("said", models.TextField(blank=True, help_text="What was done, one line each")),
                ("said_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "running"))), fields=["id"], name="sync_run_open"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "running", "done", "failed"])),
                        name="sync_run_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("act__in", ["apply", "pull", "prune", "roll-back"])),
                        name="sync_run_act_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("act", "roll-back"), _negated=True),
                            models.Q(("version__isnull", False), models.Q(("name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="sync_run_rolls_back_to_one",
                    ),
                ],
            },
        ),
        migrations.RunPython(give_permissions, migrations.RunPython.noop),
    ]
