"""A caller asked for what is not there, or not theirs, or gave a wrong second factor."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from calls.models.call import Call
from calls.models.tool_call import ToolCall


class LookupMiss(models.Model):
    """Counted by calls.identity: three lock lookups for the call, ten an hour for the number."""

    call = models.ForeignKey(Call, models.CASCADE, null=True, blank=True, related_name="lookup_misses")
    tool_call = models.OneToOneField(
        ToolCall, models.SET_NULL, null=True, blank=True, related_name="miss", help_text="One miss a tool call"
    )
    number = models.CharField(max_length=40, blank=True, help_text="The caller's, E.164; empty where it is not known")
    tool = models.CharField(max_length=64)
    subject = models.CharField(max_length=200, blank=True, help_text="What was asked for, such as a ticket's number")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "lookup misses"
        ordering = ["at", "id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["number", "at"], name="lookup_miss_by_number"),
            models.Index(fields=["call", "at"], name="lookup_miss_by_call"),
            models.Index(fields=["subject", "at"], name="lookup_miss_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.tool}: {self.subject}"
