"""The index of the decided requests, made while they are being read and written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0005_decisions")]

    operations = [
        AddIndexConcurrently(
            model_name="servicerequest",
            index=models.Index(
                condition=models.Q(("state", "requested"), _negated=True),
                fields=["-decided_at", "-id"],
                name="service_request_decided",
            ),
        ),
    ]
