"""What came of a callback."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0011_squads_and_links")]

    operations = [
        migrations.AddField(
            model_name="callback",
            name="note",
            field=models.TextField(blank=True, db_default="", default="", help_text="What came of it"),
        ),
    ]
