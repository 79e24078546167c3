"""How much of a day's calls is known."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class DayCompleteness(models.Model):
    """Counts of calls, by the UTC day they began. Written by calls/reconcile/completeness.py."""

    day = models.DateField(primary_key=True)
    calls = models.PositiveIntegerField(default=0)
    with_status = models.PositiveIntegerField(default=0, help_text="Its end is known, or it is under way")
    with_transcript = models.PositiveIntegerField(default=0, help_text="Words, or nobody was connected to say any")
    with_report = models.PositiveIntegerField(default=0, help_text="Vapi's report, or it is under way")
    complete = models.PositiveIntegerField(default=0, help_text="All three")
    healed = models.PositiveIntegerField(default=0, help_text="Calls that Vapi's API filled something of")
    counted_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        default_permissions = ("view",)
        ordering = ["-day"]
        verbose_name_plural = "completeness by day"

    def __str__(self) -> str:
        return f"{self.day}: {self.complete} of {self.calls}"
