"""The caller began to speak while the agent was speaking."""

from __future__ import annotations

from django.db import models

from calls.models.call import Call

SLOW_STOP_MS = 220
VERY_SLOW_STOP_MS = 500


class Interruption(models.Model):
    call = models.ForeignKey(Call, models.CASCADE, related_name="interruptions")
    caller_began_at = models.DateTimeField()
    agent_stopped_at = models.DateTimeField(null=True, blank=True, help_text="Empty where Vapi never said so")
    gap_ms = models.PositiveIntegerField(null=True, blank=True, help_text="From message timestamps")

    class Meta:
        ordering = ["call", "caller_began_at"]
        constraints = [
            models.UniqueConstraint(name="interruption_once_a_moment", fields=["call", "caller_began_at"]),
        ]
        indexes = [models.Index(fields=["caller_began_at"], name="interruption_lately")]  # Live's tiles

    def __str__(self) -> str:
        return f"Interruption at {self.caller_began_at:%H:%M:%S}"

    @property
    def severity(self) -> str:
        """`ok`, `slow` (over 220 ms), `very-slow` (over 500 ms), or `unknown` without a gap."""
        if self.gap_ms is None:
            return "unknown"
        if self.gap_ms > VERY_SLOW_STOP_MS:
            return "very-slow"
        return "slow" if self.gap_ms > SLOW_STOP_MS else "ok"
