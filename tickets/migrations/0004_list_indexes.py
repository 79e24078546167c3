"""The Tickets page's order and search, indexed while tickets are being read and written."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0004_changes")]

    operations = [
        AddIndexConcurrently("ticket", models.Index(fields=["-updated_at", "-number"], name="ticket_newest_first")),
        AddIndexConcurrently("ticket", GinIndex(SearchVector("issue", config="simple"), name="ticket_words")),
        AddIndexConcurrently("comment", GinIndex(SearchVector("body", config="simple"), name="comment_words")),
    ]
