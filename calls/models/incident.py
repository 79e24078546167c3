"""A call that sounds dead."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from calls.models.call import Call


class Incident(models.Model):
    """Opened and closed by a sweep: calls/reconcile/incidents.py."""

    class Kind(models.TextChoices):
        RINGING = "ringing", "Rings and nobody answers"
        NO_SPEECH = "no-speech", "In progress, and nothing is heard"
        NO_REPORT = "no-report", "Ended, and no report came"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    call = models.ForeignKey(Call, models.CASCADE, related_name="incidents")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN, db_default=State.OPEN)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True, help_text="When Vapi's API was asked about this call")

    class Meta:
        default_permissions = ("view",)
        ordering = ["-opened_at", "-id"]
        indexes = [  # the sweep and Live
            models.Index(fields=["-opened_at"], name="incident_open", condition=models.Q(state="open"))
        ]
        constraints = [
            models.UniqueConstraint(fields=["call", "kind"], name="incident_once_a_kind"),
            models.CheckConstraint(
                name="incident_kind_known", condition=models.Q(kind__in=["ringing", "no-speech", "no-report"])
            ),
            models.CheckConstraint(
                name="incident_closed_has_time",
                condition=models.Q(state="open", closed_at=None) | models.Q(state="closed", closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call}: {self.get_kind_display()}"
