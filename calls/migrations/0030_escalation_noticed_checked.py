from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Reads the whole table, and keeps nobody from writing to it."""

    atomic = False
    dependencies = [("calls", "0029_escalation_noticed")]

    operations = [ValidateConstraint(model_name="escalationevent", name="escalation_event_kind_known")]
