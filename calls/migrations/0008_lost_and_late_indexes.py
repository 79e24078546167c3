from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """Each of these reads a whole table, and none of them keeps anybody from writing to it."""

    atomic = False
    dependencies = [("calls", "0008_lost_and_late")]

    operations = [
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(
                condition=models.Q(("ended_at", None), ("lost_at", None)), fields=["began_at"], name="call_running"
            ),
        ),
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(condition=models.Q(("lost_at__isnull", False)), fields=["-lost_at"], name="call_lost"),
        ),
        AddIndexConcurrently(
            model_name="turn",
            index=models.Index(condition=models.Q(("late", ""), _negated=True), fields=["call"], name="turn_late"),
        ),
        RemoveIndexConcurrently(model_name="call", name="call_in_progress"),
        ValidateConstraint(model_name="call", name="call_lost_is_not_ended"),
    ]
