"""Which assistant of a squad spoke and when it took over, what was not heard, and the tickets a call is about."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns with a default that no row is read for, and new tables."""

    dependencies = [
        ("calls", "0010_recordings"),
        ("tickets", "0004_list_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="turn",
            name="assistant",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="Which one spoke, where Vapi says so", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="unheard",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="What the agent had ready to say and did not get to say",
            ),
        ),
        migrations.CreateModel(
            name="CallTicket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
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
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ticket_links", to="calls.call"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="call_links", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("call", "ticket"), name="call_ticket_once")],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "from_assistant",
                    models.CharField(blank=True, help_text="Empty where Vapi never named it", max_length=200),
                ),
                ("to_assistant", models.CharField(blank=True, max_length=200)),
                (
                    "took_ms",
                    models.PositiveBigIntegerField(
                        blank=True,
                        help_text="Until the first word of the one that took over; empty where not known",
                        null=True,
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="handovers", to="calls.call"
                    ),
                ),
            ],
            options={
                "ordering": ["call", "at"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("call", "at"), name="handover_once_a_moment")],
            },
        ),
    ]
