"""Why a request was declined, or how it was done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_list_indexes")]

    operations = [
        migrations.AddField(
            model_name="servicerequest",
            name="note",
            field=models.TextField(
                blank=True, db_default="", default="", help_text="Why it was declined, or how it was done"
            ),
        ),
    ]
