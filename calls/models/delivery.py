"""An answer that was not ready in time, on its way into the call."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from calls.models.tool_call import ToolCall
from tickets.models import Operation

OPEN = ("waiting", "ready", "speaking")


class Delivery(models.Model):
    """Written in the transaction that answers "I'm checking that for you now", one a tool call.

    Waiting: for the CRM's answer, or for `operation`. Ready: `text` is known. Speaking: claimed, and being sent.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for the CRM"
        READY = "ready", "Ready to be said"
        SPEAKING = "speaking", "Being said"
        SPOKEN = "spoken", "Said in the call"
        TOO_LATE = "too-late", "The call had ended"
        UNCLEAR = "unclear", "Nobody knows whether it was said"
        FAILED = "failed", "Could not be said"

    tool_call = models.OneToOneField(ToolCall, models.CASCADE, related_name="delivery")
    operation = models.ForeignKey(
        Operation, models.SET_NULL, null=True, blank=True, related_name="deliveries", help_text="The write it waits for"
    )
    caller_number = models.CharField(
        max_length=40, blank=True, help_text="Of the signed call, E.164: what the answer may be decided by"
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    text = models.TextField(blank=True, help_text="What the agent is told, one line")
    triggers_reply = models.BooleanField(default=True, help_text="The agent speaks at once")

    attempt = models.PositiveIntegerField(default=0, help_text="Fences: who holds an older number may write nothing")
    lease_until = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(db_default=Now())
    reason = models.TextField(blank=True, help_text="Why it was not said, for staff")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="delivery_state_known",
                condition=models.Q(
                    state__in=["waiting", "ready", "speaking", "spoken", "too-late", "unclear", "failed"]
                ),
            ),
        ]
        indexes = [
            # What is due (calls.deliveries)
            models.Index(fields=["next_attempt_at"], name="delivery_open", condition=models.Q(state__in=OPEN)),
        ]

    def __str__(self) -> str:
        return f"{self.tool_call.name}: {self.get_state_display()}"
