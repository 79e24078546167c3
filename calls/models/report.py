"""What Vapi reported after the call."""

from __future__ import annotations

from django.db import models

from calls.models.call import Call


class Report(models.Model):
    call = models.OneToOneField(Call, models.CASCADE, related_name="report")
    reported_at = models.DateTimeField()
    summary = models.TextField(blank=True)
    transcript = models.TextField(blank=True)
    analysis = models.JSONField(default=dict, help_text="Vapi's analysis object")
    recording = models.JSONField(default=dict, help_text="Which recordings exist; never a presigned link")
    cost_breakdown = models.JSONField(default=dict, help_text="USD by part, as Vapi sent it")
    costs = models.JSONField(default=list)
    turn_latencies = models.JSONField(default=list, help_text="Milliseconds by stage, one entry a turn")
    performance = models.JSONField(default=dict, help_text="Averages in milliseconds, counts of interruptions")

    def __str__(self) -> str:
        return f"Report of {self.call}"
