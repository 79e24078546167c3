"""A person is needed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from calls.models.call import Call
from tickets.models import Ticket


class Escalation(models.Model):
    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLAIMED = "claimed", "Claimed"
        RESOLVED = "resolved", "Resolved"

    call = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="escalations")
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="escalations")
    reason = models.CharField(max_length=500)
    times_asked = models.PositiveIntegerField(default=1, help_text="By the caller; 0 where only the desk noticed")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="escalations"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="one_unresolved_escalation_a_call",
                fields=["call"],
                condition=~models.Q(state="resolved"),
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="escalation_unresolved", condition=~models.Q(state="resolved")),
            models.Index(  # the resolved ones, newest first
                fields=["-resolved_at", "-id"], name="escalation_resolved", condition=models.Q(state="resolved")
            ),
        ]

    def __str__(self) -> str:
        return f"E-{self.pk}"
