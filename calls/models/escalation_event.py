"""What callers, the desk itself and people did with an escalation: who, when, what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from calls.models.escalation import Escalation


class EscalationEvent(models.Model):
    """Written in the transaction of what it tells, and never changed."""

    class Kind(models.TextChoices):
        ASKED = "asked", "asked for a person"
        NOTICED = "noticed", "noticed that a person is needed"
        CLAIMED = "claimed", "claimed it"
        ASSIGNED = "assigned", "gave it to"
        RELEASED = "released", "put it back"
        RESOLVED = "resolved", "resolved it"

    escalation = models.ForeignKey(Escalation, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    note = models.TextField(blank=True, help_text="The caller's words, what was noticed, or the resolution")

    class Meta:
        ordering = ["at", "id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="escalation_event_kind_known",
                condition=models.Q(kind__in=["asked", "noticed", "claimed", "assigned", "released", "resolved"]),
            ),
        ]
        indexes = [models.Index(fields=["escalation", "at"], name="escalation_history")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.at:%Y-%m-%d %H:%M})"
