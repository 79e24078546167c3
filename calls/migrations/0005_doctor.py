"""The doctor page's memory of which message types have come. A new table: nothing is locked or scanned."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0004_first_partitions")]
    operations = [
        migrations.CreateModel(
            name="MessageType",
            fields=[
                ("type", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
            ],
            options={"ordering": ["type"]},
        ),
    ]
