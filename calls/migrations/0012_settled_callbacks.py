"""The index of the settled callbacks, made while they are being read and written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("calls", "0012_callback_notes")]

    operations = [
        AddIndexConcurrently(
            model_name="callback",
            index=models.Index(
                condition=models.Q(("state", "open"), _negated=True),
                fields=["-settled_at", "-id"],
                name="callback_settled",
            ),
        ),
    ]
