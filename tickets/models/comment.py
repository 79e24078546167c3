"""What was said about a ticket."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Now

from tickets.models.ticket import Ticket


class Comment(models.Model):
    class Source(models.TextChoices):
        PERSON = "person", "A person"
        PHONE_AGENT = "phone-agent", "The phone agent"
        CUSTOMER = "customer", "The customer"

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=20, choices=Source, default=Source.PERSON)
    body = models.TextField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["ticket", "created_at"], name="comment_by_ticket"),
            GinIndex(SearchVector("body", config="simple"), name="comment_words"),  # search on the Tickets page
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} on TK-{self.ticket_id}"
