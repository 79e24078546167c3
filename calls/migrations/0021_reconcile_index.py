from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Reads all calls, and keeps nobody from writing to them."""

    atomic = False
    dependencies = [("calls", "0020_reconcile")]

    operations = [
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(condition=models.Q(("ended_at__isnull", False)), fields=["ended_at"], name="call_ended"),
        ),
    ]
