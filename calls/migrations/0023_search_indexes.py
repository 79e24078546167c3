"""Parts of callers' names and numbers, and calls by agent, indexed while calls are being read and written."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    """The reason of the statistics is told in tickets/migrations/0009_search_indexes.py."""

    atomic = False
    dependencies = [("calls", "0022_who_sees_losses"), ("tickets", "0009_search_indexes")]

    operations = [
        AddIndexConcurrently("call", models.Index(fields=["assistant", "-began_at"], name="call_by_assistant")),
        AddIndexConcurrently(
            "call", GinIndex(OpClass(Upper("customer_name"), name="gin_trgm_ops"), name="call_name_part")
        ),
        AddIndexConcurrently(
            "call", GinIndex(fields=["customer_number"], opclasses=["gin_trgm_ops"], name="call_number_part")
        ),
        migrations.RunSQL(
            ["ALTER INDEX turn_words ALTER COLUMN 1 SET STATISTICS 1000", "ANALYZE calls_turn", "ANALYZE calls_call"],
            migrations.RunSQL.noop,
        ),
    ]
