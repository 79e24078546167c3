"""The index of the resolved escalations, made while they are being read and written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("calls", "0009_escalation_history")]

    operations = [
        AddIndexConcurrently(
            model_name="escalation",
            index=models.Index(
                condition=models.Q(("state", "resolved")), fields=["-resolved_at", "-id"], name="escalation_resolved"
            ),
        ),
    ]
