"""Whether a caller meant what a tool was asked to do, as it was judged, and what a person thought of that."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from calls.models.tool_call import ToolCall


class Judgement(models.Model):
    """One a guarded tool call; written in the transaction that answers it."""

    class Intent(models.TextChoices):
        CANCEL = "cancel", "Cancel"
        REFUND = "refund", "Refund"
        CLOSE = "close", "Close the account"

    class Verdict(models.TextChoices):
        DO = "do", "Meant"
        ASK = "ask", "Not clear"
        DONT = "don't", "Not meant"

    class Mark(models.TextChoices):
        RIGHT = "right", "Right"
        WRONG = "wrong", "Wrong"

    tool_call = models.OneToOneField(ToolCall, models.CASCADE, related_name="judgement")
    intent = models.CharField(max_length=10, choices=Intent)
    verdict = models.CharField(max_length=5, choices=Verdict)
    reason = models.CharField(max_length=200)
    words = models.TextField(blank=True, help_text="The caller's words that decided, as they were understood")
    at = models.DateTimeField(db_default=Now(), editable=False)
    mark = models.CharField(max_length=5, choices=Mark, blank=True)
    marked_at = models.DateTimeField(null=True, blank=True)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                name="judgement_known",
                condition=models.Q(verdict__in=["do", "ask", "don't"], intent__in=["cancel", "refund", "close"]),
            ),
            models.CheckConstraint(
                name="judgement_mark_known",
                condition=models.Q(mark="", marked_at=None)
                | models.Q(mark__in=["right", "wrong"], marked_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="judgement_newest_first"),
            models.Index(  # Live counts them by the index alone
                fields=["-at", "intent"],
                include=["verdict", "mark"],
                name="judgement_marks",
                condition=~models.Q(mark=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_intent_display()}: {self.get_verdict_display()}"
