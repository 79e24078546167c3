"""What the desk knows, written down for the phone agent."""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Now

LANGUAGE = "english"


class Article(models.Model):
    """Told to any caller once it is published, so nothing about one customer belongs here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200, help_text="In the words in which people ask")
    body = models.TextField(
        max_length=20_000, help_text="The first 1,200 characters reach the agent; split what is longer"
    )
    published = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["title", "id"]
        # Read by tickets.search, in this same expression.
        indexes = [GinIndex(SearchVector("title", "body", config=LANGUAGE), name="article_words")]

    def __str__(self) -> str:
        return self.title
