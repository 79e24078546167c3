"""What Vapi's API filled, how far it was asked, calls that sound dead, and how complete a day is."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0019_who_marks_judgements"),
        ("tickets", "0008_crm_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiPass",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("through", models.DateTimeField(blank=True, null=True)),
                ("since", models.DateTimeField(blank=True, help_text="Of the pass that is under way", null=True)),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "before",
                    models.CharField(blank=True, help_text="The creation of the last call it looked at", max_length=40),
                ),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, help_text="When the last pass came to its end", null=True),
                ),
                ("error", models.TextField(blank=True, help_text="Why the last one did not")),
            ],
            options={
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="DayCompleteness",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("calls", models.PositiveIntegerField(default=0)),
                (
                    "with_status",
                    models.PositiveIntegerField(default=0, help_text="Its end is known, or it is under way"),
                ),
                (
                    "with_transcript",
                    models.PositiveIntegerField(default=0, help_text="Words, or nobody was connected to say any"),
                ),
                ("with_report", models.PositiveIntegerField(default=0, help_text="Vapi's report, or it is under way")),
                ("complete", models.PositiveIntegerField(default=0, help_text="All three")),
                (
                    "healed",
                    models.PositiveIntegerField(default=0, help_text="Calls that Vapi's API filled something of"),
                ),
                (
                    "counted_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "verbose_name_plural": "completeness by day",
                "ordering": ["-day"],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Healing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "field",
                    models.CharField(
                        help_text="As the projection names it: see calls/projection/from_api.py", max_length=60
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                "ordering": ["call", "field"],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ringing", "Rings and nobody answers"),
                            ("no-speech", "In progress, and nothing is heard"),
                            ("no-report", "Ended, and no report came"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed")],
                        db_default="open",
                        default="open",
                        max_length=6,
                    ),
                ),
                ("opened_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_at",
                    models.DateTimeField(blank=True, help_text="When Vapi's API was asked about this call", null=True),
                ),
            ],
            options={
                "ordering": ["-opened_at", "-id"],
                "default_permissions": ("view",),
            },
        ),
        migrations.AddField(
            model_name="call",
            name="was_heard",
            field=models.BooleanField(db_default=False, default=False, help_text="Somebody spoke or used a tool"),
        ),
        migrations.AddConstraint(
            model_name="apipass",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="api_pass_is_one_row"),
        ),
        migrations.AddField(
            model_name="healing",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="healings", to="calls.call"
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="incidents", to="calls.call"
            ),
        ),
        migrations.AddConstraint(
            model_name="healing",
            constraint=models.UniqueConstraint(fields=("call", "field"), name="healing_once_a_field"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(condition=models.Q(("state", "open")), fields=["-opened_at"], name="incident_open"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.UniqueConstraint(fields=("call", "kind"), name="incident_once_a_kind"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["ringing", "no-speech", "no-report"])), name="incident_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("state", "open")),
                    models.Q(("closed_at__isnull", False), ("state", "closed")),
                    _connector="OR",
                ),
                name="incident_closed_has_time",
            ),
        ),
    ]
