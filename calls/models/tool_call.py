"""What the agent asked of us, and what we answered."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models
from django.db.models.functions import Now

from calls.models.call import Call
from tickets.models import Ticket


def arguments_hash(arguments: dict[str, Any]) -> bytes:
    """16 bytes that are the same for the same arguments, in whatever order they were written."""
    canonical = json.dumps(arguments, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).digest()[:16]


class ToolCall(models.Model):
    """Owned by `answers`; the projection only fills gaps from the report."""

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        REPORTED = "reported", "Known from the report only"

    call = models.ForeignKey(Call, models.CASCADE, null=True, blank=True, related_name="tool_calls")
    tool_call_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    arguments_hash = models.BinaryField(max_length=16)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    result = models.TextField(blank=True, help_text="What the model was told, one line")
    error = models.TextField(blank=True, help_text="What the model was told instead of a result, one line")
    failure = models.TextField(blank=True, help_text="What went wrong, for staff")
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="tool_calls")
    requested_at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["requested_at", "id"]
        constraints = [
            # A tool-call id alone is not unique: hooks always send `hook-function-call`.
            models.UniqueConstraint(name="tool_call_once", fields=["call", "tool_call_id", "name", "arguments_hash"]),
        ]
        indexes = [
            models.Index(fields=["requested_at"], name="tool_call_lately"),  # Live's tiles
            models.Index(fields=["name", "-requested_at"], name="tool_call_by_name"),
            models.Index(fields=["ticket", "-requested_at"], name="tool_call_by_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_state_display()})"
