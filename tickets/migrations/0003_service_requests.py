"""Service requests: cancellations and refunds that wait for a person."""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0002_articles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ServiceRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("cancel-order", "Cancel the order"), ("refund", "Refund")], max_length=20
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("requested", "Requested"), ("done", "Done"), ("declined", "Declined")],
                        default="requested",
                        max_length=10,
                    ),
                ),
                ("order_reference", models.CharField(blank=True, max_length=100)),
                (
                    "amount_usd",
                    models.DecimalField(
                        blank=True, decimal_places=2, help_text="Empty for all that was paid", max_digits=9, null=True
                    ),
                ),
                ("reason", models.CharField(blank=True, help_text="In the customer's words", max_length=500)),
                (
                    "requested_by",
                    models.CharField(
                        blank=True,
                        help_text="The caller's number; where it is not known, what names the call",
                        max_length=200,
                    ),
                ),
                (
                    "requested_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("decided_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="service_requests",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ["-requested_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "requested")),
                        fields=["requested_at"],
                        name="service_request_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "requested")),
                        fields=("ticket", "kind"),
                        name="one_open_request_a_ticket_and_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state", "requested"),
                            models.Q(("requested_by", ""), _negated=True),
                            models.Q(("order_reference", ""), _negated=True),
                        ),
                        fields=("requested_by", "order_reference", "kind"),
                        name="one_open_request_an_order_and_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["cancel-order", "refund"])), name="service_request_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["requested", "done", "declined"])),
                        name="service_request_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_usd", None), models.Q(("kind", "refund"), ("amount_usd__gt", 0)), _connector="OR"
                        ),
                        name="service_request_amount_is_of_a_refund",
                        violation_error_message="Only a refund has an amount, and it is more than nothing.",
                    ),
                ],
            },
        ),
    ]
