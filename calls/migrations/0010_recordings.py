"""Recordings, and who may hear them.

Viewers may not: phone numbers are masked for them, and a recording says numbers aloud, in a voice that is somebody's.
"""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
import django.db.models.functions.datetime
from django.apps import apps as real_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

MAY_HEAR = ("agent", "manager", "admin")


def grant(apps: Any, schema_editor: Any) -> None:
    # Permissions are made after all migrations; the groups need this one now.
    create_permissions(real_apps.get_app_config("calls"), verbosity=0, using=schema_editor.connection.alias, apps=apps)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    hear = Permission.objects.get(content_type__app_label="calls", codename="hear_recordings")
    for group in Group.objects.filter(name__in=MAY_HEAR):
        group.permissions.add(hear)


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0009_resolved_escalations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("ready", "Ready"),
                            ("unsupported", "Of a format whose waveform cannot be drawn"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=20,
                    ),
                ),
                ("duration_ms", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "peaks",
                    models.BinaryField(
                        help_text="Pairs of signed bytes: lowest and highest of each stretch", null=True
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("error", models.CharField(blank=True, max_length=200)),
                (
                    "call",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="recording", to="calls.call"
                    ),
                ),
            ],
            options={
                "permissions": [("hear_recordings", "Can hear recordings")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["next_attempt_at"], name="recording_due"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ready"), _negated=True),
                            models.Q(("duration_ms__isnull", False), ("peaks__isnull", False)),
                            _connector="OR",
                        ),
                        name="ready_recording_has_peaks",
                    )
                ],
            },
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
