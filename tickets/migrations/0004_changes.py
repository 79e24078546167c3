"""What was changed on each ticket."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SOURCES = [("person", "A person"), ("phone-agent", "The phone agent")]


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0003_service_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TicketChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("source", models.CharField(choices=SOURCES, default="person", max_length=20)),
                ("field", models.CharField(max_length=40)),
                ("old", models.CharField(blank=True, max_length=500)),
                ("new", models.CharField(blank=True, max_length=500)),
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
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["ticket", "at"], name="change_by_ticket")],
                "constraints": [
                    models.CheckConstraint(condition=~models.Q(old=models.F("new")), name="ticket_change_changes")
                ],
            },
        ),
    ]
