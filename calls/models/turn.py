"""Who said what, and when."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models

from calls.models.call import Call


class Turn(models.Model):
    class Role(models.TextChoices):
        CALLER = "user", "Caller"
        AGENT = "assistant", "Agent"

    class Late(models.TextChoices):
        """Words of the agent that were overtaken when they came: see calls/projection/late.py."""

        TOOL_RESULT = "tool-result", "A tool's result, after the caller had gone on talking"
        OLD_WORDS = "old-words", "A reply to the words from before an interruption"

    call = models.ForeignKey(Call, models.CASCADE, related_name="turns")
    position = models.PositiveIntegerField()
    role = models.CharField(max_length=20, choices=Role)
    text = models.TextField()
    unheard = models.TextField(
        blank=True, default="", db_default="", help_text="What the agent had ready to say and did not get to say"
    )
    assistant = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="Which one spoke, where Vapi says so"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    late = models.CharField(max_length=20, choices=Late, blank=True, default="", db_default="")
    late_detail = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="The tool; or how many ms too early"
    )

    class Meta:
        ordering = ["call", "position"]
        constraints = [models.UniqueConstraint(name="turn_once_a_position", fields=["call", "position"])]
        indexes = [
            GinIndex(SearchVector("text", config="simple"), name="turn_words"),  # search on the Calls page
            BrinIndex(fields=["call"], name="turn_by_call_roughly", autosummarize=True, pages_per_range=16),
            models.Index(fields=["late", "call"], name="turn_late_by_kind", condition=~models.Q(late="")),  # its filter
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.text[:60]}"
