"""CRMs: what is written to them, how they are reached, and which of their tickets ours are copies of."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0005_decided_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CrmSettings",
            fields=[
                (
                    "name",
                    models.CharField(
                        help_text="The adapter's name, such as zendesk",
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("active", models.BooleanField(default=False, help_text="The one that the phone agent works with")),
                ("url", models.URLField(blank=True, verbose_name="address")),
                (
                    "account",
                    models.CharField(blank=True, help_text="Who it is reached as, where it wants that", max_length=200),
                ),
                ("secret", models.BinaryField(blank=True, help_text="Sealed", null=True)),
                (
                    "options",
                    models.JSONField(
                        blank=True, default=dict, help_text="What else its adapter wants, such as a queue"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "verbose_name": "CRM settings",
                "verbose_name_plural": "CRM settings",
            },
        ),
        migrations.CreateModel(
            name="Fetched",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("crm", models.CharField(max_length=40, verbose_name="CRM")),
                ("subject", models.CharField(help_text="number:35436, or contact:+447700900018", max_length=200)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name_plural": "fetched",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Operation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        help_text="Hex; of call, tool call, name, arguments, operation", max_length=64, unique=True
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("create", "Create the ticket"),
                            ("add-note", "Add a note"),
                            ("update", "Change the ticket"),
                            ("escalate", "Escalate the ticket"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "crm",
                    models.CharField(
                        help_text="The connection's name, such as zendesk", max_length=40, verbose_name="CRM"
                    ),
                ),
                ("payload", models.JSONField(default=dict, help_text="What to write, in our words")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Being done"),
                            ("done", "Done"),
                            ("differs", "Said but not done"),
                            ("unclear", "Nobody knows whether it was done"),
                            ("dead", "Given up"),
                            ("settled", "Settled by a person"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "attempt",
                    models.PositiveIntegerField(
                        default=0, help_text="Fences: who holds an older number may write nothing"
                    ),
                ),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("next_attempt_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "error",
                    models.CharField(
                        blank=True, help_text="The class of tickets.crm.errors it ended with last", max_length=60
                    ),
                ),
                ("reason", models.TextField(blank=True, help_text="Why it is not done, for staff")),
                (
                    "crm_number",
                    models.CharField(
                        blank=True, help_text="The CRM's number of the ticket it was done on", max_length=60
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("note", models.TextField(blank=True, help_text="What a person did about it")),
            ],
            options={
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="customer",
            name="crm",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=40, verbose_name="CRM"
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="crm_id",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=100, verbose_name="id there"
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="phone_tail",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The last digits of a number that was written without its country: it may be anybody's",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="pin_mac",
            field=models.BinaryField(
                blank=True, help_text="Of the PIN that the customer proves themselves with", null=True
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="postcode",
            field=models.CharField(blank=True, db_default="", default="", help_text="As SW1A1AA", max_length=12),
        ),
        migrations.AddField(
            model_name="ticket",
            name="crm",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=40, verbose_name="CRM"
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="crm_assignee",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=200, verbose_name="assigned there"
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="crm_number",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=60, verbose_name="number there"
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="crm_status",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="In its words",
                max_length=100,
                verbose_name="status there",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="fetched_at",
            field=models.DateTimeField(blank=True, editable=False, help_text="Compared with the CRM", null=True),
        ),
        migrations.AddField(
            model_name="crmsettings",
            name="changed_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="fetched",
            constraint=models.UniqueConstraint(fields=("crm", "subject"), name="fetched_once"),
        ),
        migrations.AddField(
            model_name="operation",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="operation",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="operations", to="tickets.ticket"
            ),
        ),
        migrations.AddConstraint(
            model_name="crmsettings",
            constraint=models.UniqueConstraint(
                condition=models.Q(("active", True)),
                fields=("active",),
                name="one_active_crm",
                violation_error_message="Another CRM is the active one.",
            ),
        ),
        migrations.AddIndex(
            model_name="operation",
            index=models.Index(
                condition=models.Q(("state__in", ("waiting", "running"))),
                fields=["next_attempt_at"],
                name="operation_open",
            ),
        ),
        migrations.AddIndex(
            model_name="operation",
            index=models.Index(fields=["ticket", "id"], name="operation_by_ticket"),
        ),
        migrations.AddIndex(
            model_name="operation",
            index=models.Index(
                condition=models.Q(("state__in", ["differs", "unclear", "dead"])),
                fields=["-created_at", "-id"],
                name="operation_for_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="operation",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["create", "add-note", "update", "escalate"])),
                name="operation_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="operation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["waiting", "running", "done", "differs", "unclear", "dead", "settled"])
                ),
                name="operation_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="operation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "running"), _negated=True), ("lease_until__isnull", False), _connector="OR"
                ),
                name="operation_running_has_a_lease",
            ),
        ),
    ]
