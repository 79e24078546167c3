"""Another assistant of a squad took over."""

from __future__ import annotations

from django.db import models

from calls.models.call import Call


class Handover(models.Model):
    """Found as calls/projection/handovers.py says."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="handovers")
    at = models.DateTimeField()
    from_assistant = models.CharField(max_length=200, blank=True, help_text="Empty where Vapi never named it")
    to_assistant = models.CharField(max_length=200, blank=True)
    took_ms = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Until the first word of the one that took over; empty where not known"
    )

    class Meta:
        ordering = ["call", "at"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="handover_once_a_moment", fields=["call", "at"])]

    def __str__(self) -> str:
        return f"{self.from_assistant} → {self.to_assistant}"
