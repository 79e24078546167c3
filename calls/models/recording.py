"""What is known of a call's recording. The sound itself stays at Vapi."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from calls.models.call import Call


class Recording(models.Model):
    """One row a recorded call. The row is the truth of what is still to be computed, and when to try again."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        READY = "ready", "Ready"
        UNSUPPORTED = "unsupported", "Of a format whose waveform cannot be drawn"
        FAILED = "failed", "Failed"

    call = models.OneToOneField(Call, models.CASCADE, related_name="recording")
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    duration_ms = models.PositiveBigIntegerField(null=True, blank=True)
    peaks = models.BinaryField(null=True, help_text="Pairs of signed bytes: lowest and highest of each stretch")
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        permissions = [("hear_recordings", "Can hear recordings")]
        constraints = [
            models.CheckConstraint(
                name="ready_recording_has_peaks",
                condition=~models.Q(state="ready") | models.Q(peaks__isnull=False, duration_ms__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="recording_due", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"Recording of {self.call}"
