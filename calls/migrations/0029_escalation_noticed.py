from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

NAME = "escalation_event_kind_known"
KINDS = [
    ("asked", "asked for a person"),
    ("noticed", "noticed that a person is needed"),
    ("claimed", "claimed it"),
    ("assigned", "gave it to"),
    ("released", "put it back"),
    ("resolved", "resolved it"),
]


class Migration(migrations.Migration):
    """No row is read: the constraint is looked at in the next one."""

    dependencies = [("calls", "0028_assistant_seen_at")]

    operations = [
        migrations.AlterField(
            model_name="escalation",
            name="times_asked",
            field=models.PositiveIntegerField(default=1, help_text="By the caller; 0 where only the desk noticed"),
        ),
        migrations.AlterField(
            model_name="escalationevent", name="kind", field=models.CharField(choices=KINDS, max_length=10)
        ),
        migrations.AlterField(
            model_name="escalationevent",
            name="note",
            field=models.TextField(blank=True, help_text="The caller's words, what was noticed, or the resolution"),
        ),
        migrations.RemoveConstraint(model_name="escalationevent", name=NAME),
        AddConstraintNotValid(
            model_name="escalationevent",
            constraint=models.CheckConstraint(condition=models.Q(kind__in=[kind for kind, _ in KINDS]), name=NAME),
        ),
    ]
