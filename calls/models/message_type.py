"""Which of Vapi's message types have ever come."""

from __future__ import annotations

from django.db import models


class MessageType(models.Model):
    """Kept by Celery beat from Redis's times (calls.keep_message_types), so that no page has to scan the events."""

    type = models.CharField(max_length=100, primary_key=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        ordering = ["type"]

    def __str__(self) -> str:
        return self.type
