"""Where a call goes when the agent puts somebody through."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from calls.models.assistant import Assistant


class TransferDestination(models.Model):
    """A telephone number or a SIP address, and for which calls it is meant. The most particular one is taken."""

    class When(models.TextChoices):
        DEFAULT = "default", "Every call that no other destination is meant for"
        ASSISTANT = "assistant", "Calls of one assistant"
        ESCALATION = "escalation", "Calls that wait for a person"

    name = models.CharField(max_length=100, unique=True)
    number = models.CharField(max_length=40, blank=True, help_text="E.164, such as +12025550100")
    sip_uri = models.CharField("SIP address", max_length=200, blank=True, help_text="Such as sip:desk@pbx.example.com")
    description = models.CharField(max_length=200, blank=True, help_text="Who answers there; the agent may read it")
    announcement = models.CharField(
        max_length=500, blank=True, help_text="Said to the caller first; empty leaves it to the tool's own message"
    )
    when = models.CharField(max_length=10, choices=When, default=When.DEFAULT)
    assistant = models.OneToOneField(
        Assistant, models.CASCADE, null=True, blank=True, related_name="transfer_destination"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["when", "name"]
        constraints = [
            models.UniqueConstraint(
                name="one_transfer_destination_a_case",
                fields=["when"],
                condition=~models.Q(when="assistant"),
                violation_error_message="Another destination is already meant for these calls.",
            ),
            models.CheckConstraint(
                name="transfer_destination_when_known",
                condition=models.Q(when__in=["default", "assistant", "escalation"]),
            ),
            models.CheckConstraint(
                name="transfer_destination_names_its_assistant",
                condition=models.Q(when="assistant", assistant__isnull=False)
                | (~models.Q(when="assistant") & models.Q(assistant=None)),
                violation_error_message="Name an assistant for “calls of one assistant”, and only there.",
            ),
            models.CheckConstraint(
                name="transfer_destination_is_a_number_or_a_sip_address",
                condition=models.Q(number__regex=r"^\+[1-9][0-9]{4,14}$", sip_uri="")
                | models.Q(number="", sip_uri__regex=r"^sips?:[^\s@]+@[^\s@]+$"),
                violation_error_message="Write either a number as E.164 (+12025550100) or a SIP address (sip:a@b.com).",
            ),
        ]

    def __str__(self) -> str:
        return self.name
