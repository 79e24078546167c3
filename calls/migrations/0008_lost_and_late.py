from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns only: none of these reads a row. What takes long on a full table is in the next one."""

    dependencies = [("calls", "0007_callbacks")]

    operations = [
        migrations.AddField(
            model_name="call",
            name="lost_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Found silent for an hour; the next event lifts it. Lost is not ended",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="late",
            field=models.CharField(
                blank=True,
                choices=[
                    ("tool-result", "A tool's result, after the caller had gone on talking"),
                    ("old-words", "A reply to the words from before an interruption"),
                ],
                db_default="",
                default="",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="late_detail",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="The tool; or how many ms too early", max_length=200
            ),
        ),
        AddConstraintNotValid(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("lost_at", None), ("ended_at", None), _connector="OR"),
                name="call_lost_is_not_ended",
            ),
        ),
    ]
