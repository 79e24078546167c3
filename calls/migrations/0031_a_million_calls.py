from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models

from supportvoice.add_index import AddIndex


class Migration(migrations.Migration):
    """Each index reads a whole table, and none keeps anybody from writing to it."""

    atomic = False
    dependencies = [("calls", "0030_escalation_noticed_checked")]

    operations = [
        AddIndex(
            model_name="turn",
            index=models.Index(
                condition=models.Q(("late", ""), _negated=True), fields=["late", "call"], name="turn_late_by_kind"
            ),
        ),
        RemoveIndexConcurrently(model_name="turn", name="turn_late"),
        AddIndex(
            model_name="turn",
            index=BrinIndex(fields=["call"], name="turn_by_call_roughly", autosummarize=True, pages_per_range=16),
        ),
        AddIndex(
            model_name="judgement",
            index=models.Index(
                condition=models.Q(("mark", ""), _negated=True),
                fields=["-at", "intent"],
                include=["verdict", "mark"],
                name="judgement_marks",
            ),
        ),
        RemoveIndexConcurrently(model_name="judgement", name="judgement_marked"),
        AddIndex(model_name="call", index=models.Index(fields=["kind", "-began_at", "-id"], name="call_by_kind")),
        AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("status", "ended"), _negated=True),
                fields=["status", "-began_at", "-id"],
                name="call_not_ended",
            ),
        ),
        AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("ended_group", ""), _negated=True),
                fields=["ended_group", "-began_at", "-id"],
                name="call_by_ending",
            ),
        ),
        AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("fault", ""), _negated=True),
                fields=["fault", "-began_at", "-id"],
                name="call_by_fault",
            ),
        ),
    ]
