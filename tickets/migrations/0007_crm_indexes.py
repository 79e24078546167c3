"""Which copy is of which CRM's ticket, indexed while tickets are being read and written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


def unique_concurrently(model, name, fields, condition, sql):
    """A conditional unique constraint is a unique index, which the database can build without a lock."""
    constraint = models.UniqueConstraint(name=name, fields=fields, condition=condition)
    return migrations.SeparateDatabaseAndState(
        state_operations=[migrations.AddConstraint(model, constraint)],
        database_operations=[
            migrations.RunSQL(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {sql}", f"DROP INDEX IF EXISTS {name}")
        ],
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0006_crm")]

    operations = [
        AddIndexConcurrently(
            "customer",
            models.Index(fields=["phone_tail"], name="customer_phone_tail", condition=~models.Q(phone_tail="")),
        ),
        unique_concurrently(
            "customer",
            "customer_of_a_crm_once",
            ["crm", "crm_id"],
            ~models.Q(crm_id=""),
            "tickets_customer (crm, crm_id) WHERE NOT (crm_id = '')",
        ),
        unique_concurrently(
            "ticket",
            "ticket_of_a_crm_once",
            ["crm", "crm_number"],
            ~models.Q(crm_number=""),
            "tickets_ticket (crm, crm_number) WHERE NOT (crm_number = '')",
        ),
    ]
