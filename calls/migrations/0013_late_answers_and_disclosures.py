"""Answers that come late, what was told to whom, and what was asked in vain."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0012_settled_callbacks"),
        ("tickets", "0006_crm"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "caller_number",
                    models.CharField(
                        blank=True,
                        help_text="Of the signed call, E.164: what the answer may be decided by",
                        max_length=40,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for the CRM"),
                            ("ready", "Ready to be said"),
                            ("speaking", "Being said"),
                            ("spoken", "Said in the call"),
                            ("too-late", "The call had ended"),
                            ("unclear", "Nobody knows whether it was said"),
                            ("failed", "Could not be said"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True, help_text="What the agent is told, one line")),
                ("triggers_reply", models.BooleanField(default=True, help_text="The agent speaks at once")),
                (
                    "attempt",
                    models.PositiveIntegerField(
                        default=0, help_text="Fences: who holds an older number may write nothing"
                    ),
                ),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("next_attempt_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("reason", models.TextField(blank=True, help_text="Why it was not said, for staff")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "operation",
                    models.ForeignKey(
                        blank=True,
                        help_text="The write it waits for",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="deliveries",
                        to="tickets.operation",
                    ),
                ),
                (
                    "tool_call",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="delivery", to="calls.toolcall"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "ordering": ["created_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "ready", "speaking"))),
                        fields=["next_attempt_at"],
                        name="delivery_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "ready", "speaking", "spoken", "too-late", "unclear", "failed"])
                        ),
                        name="delivery_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tool",
                    models.CharField(help_text="The tool that told it, or the question it answered", max_length=64),
                ),
                ("step", models.CharField(help_text="The step of DISCLOSURE_POLICY that was asked for", max_length=20)),
                (
                    "evidence",
                    models.CharField(help_text="What showed it, such as: the number is the customer's", max_length=200),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                (
                    "call",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="disclosures",
                        to="calls.call",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="disclosures",
                        to="tickets.customer",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="disclosures", to="tickets.ticket"
                    ),
                ),
                (
                    "tool_call",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="disclosures",
                        to="calls.toolcall",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["ticket", "at"], name="disclosure_by_ticket"),
                    models.Index(fields=["call", "at"], name="disclosure_by_call"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LookupMiss",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(
                        blank=True, help_text="The caller's, E.164; empty where it is not known", max_length=40
                    ),
                ),
                ("tool", models.CharField(max_length=64)),
                (
                    "subject",
                    models.CharField(
                        blank=True, help_text="What was asked for, such as a ticket's number", max_length=200
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                (
                    "call",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lookup_misses",
                        to="calls.call",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "lookup misses",
                "ordering": ["at", "id"],
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["number", "at"], name="lookup_miss_by_number"),
                    models.Index(fields=["call", "at"], name="lookup_miss_by_call"),
                    models.Index(fields=["subject", "at"], name="lookup_miss_by_subject"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "factor",
                    models.CharField(
                        choices=[("pin", "PIN"), ("email", "E-mail address"), ("postcode", "Postcode")], max_length=10
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="verifications", to="calls.call"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="verifications", to="tickets.customer"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(fields=("call", "customer", "factor"), name="verified_once"),
                    models.CheckConstraint(
                        condition=models.Q(("factor__in", ["pin", "email", "postcode"])),
                        name="verification_factor_known",
                    ),
                ],
            },
        ),
    ]
