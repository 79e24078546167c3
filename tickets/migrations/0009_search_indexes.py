"""Parts of customers' names and numbers, indexed while they are being read and written; rare words told from usual ones."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently, TrigramExtension
from django.db import migrations
from django.db.models.functions import Upper

# What is not among an index's thousand commonest words is taken to be a usual one, and the newest rows are looked
# through for it: ten times as many words are kept.
STATISTICS = """
ALTER INDEX ticket_words ALTER COLUMN 1 SET STATISTICS 1000;
ALTER INDEX comment_words ALTER COLUMN 1 SET STATISTICS 1000
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0008_crm_changes")]

    operations = [
        TrigramExtension(),
        AddIndexConcurrently(
            "customer", GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="customer_name_part")
        ),
        AddIndexConcurrently(
            "customer", GinIndex(fields=["phone"], opclasses=["gin_trgm_ops"], name="customer_phone_part")
        ),
        migrations.RunSQL(STATISTICS, migrations.RunSQL.noop),
        migrations.RunSQL(
            ["ANALYZE tickets_customer", "ANALYZE tickets_ticket", "ANALYZE tickets_comment"], migrations.RunSQL.noop
        ),
    ]
