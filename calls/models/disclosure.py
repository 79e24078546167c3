"""What was told to whom, and on what evidence."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from calls.models.call import Call
from calls.models.tool_call import ToolCall
from tickets.models import Customer, Ticket


class Disclosure(models.Model):
    """Written in the transaction that answers, and never changed."""

    call = models.ForeignKey(Call, models.CASCADE, null=True, blank=True, related_name="disclosures")
    tool_call = models.ForeignKey(ToolCall, models.SET_NULL, null=True, blank=True, related_name="disclosures")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="disclosures")
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="disclosures")
    tool = models.CharField(max_length=64, help_text="The tool that told it, or the question it answered")
    step = models.CharField(max_length=20, help_text="The step of DISCLOSURE_POLICY that was asked for")
    evidence = models.CharField(max_length=200, help_text="What showed it, such as: the number is the customer's")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["at", "id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["ticket", "at"], name="disclosure_by_ticket"),
            models.Index(fields=["call", "at"], name="disclosure_by_call"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.evidence}"
