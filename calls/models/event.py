"""Every message Vapi sent, as it came (redacted), and what is still to be projected."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Event(models.Model):
    """One stored message. The id is the duplicate guard and the day partition's key: see calls/intake/event_key.py.

    The table is partitioned by range of `id`, so nothing may ever point at it with a foreign key.
    """

    id = models.UUIDField(primary_key=True)
    call_id = models.CharField("Vapi call id", max_length=200, null=True, blank=True)
    type = models.CharField(max_length=100)
    stamped_at = models.DateTimeField(null=True, blank=True, help_text="message.timestamp")
    received_at = models.DateTimeField(db_default=Now())
    body = models.BinaryField(help_text="The message as JSON, redacted, packed")
    received_bytes = models.PositiveIntegerField(help_text="Size of the delivery as it came")
    assistant_hash = models.BinaryField(max_length=16, null=True, blank=True)
    artifact_hash = models.BinaryField(max_length=16, null=True, blank=True)
    artifact_bytes = models.PositiveIntegerField(null=True, blank=True, help_text="Where the artifact was not kept")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["call_id", "id"], name="event_by_call")]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class Pending(models.Model):
    """An event that is not projected yet. The row goes when it is; a failing one stays, with its reason."""

    event_id = models.UUIDField(primary_key=True)
    call_id = models.CharField("Vapi call id", max_length=200)
    attempts = models.PositiveIntegerField(db_default=0)
    error = models.TextField(blank=True, db_default="")
    retry_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "pending"
        indexes = [models.Index(fields=["call_id"], name="pending_by_call")]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.event_id}"
