"""One field of a ticket, before and after."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from tickets.models.ticket import Ticket


class TicketChange(models.Model):
    """Written in the transaction of the change, and never changed. `old` and `new` are as people read them."""

    class Source(models.TextChoices):
        PERSON = "person", "A person"
        PHONE_AGENT = "phone-agent", "The phone agent"
        CRM = "crm", "The CRM"

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="changes")
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=20, choices=Source, default=Source.PERSON)
    field = models.CharField(max_length=40)
    old = models.CharField(max_length=500, blank=True)
    new = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="ticket_change_changes", condition=~models.Q(old=models.F("new"))),
        ]
        indexes = [models.Index(fields=["ticket", "at"], name="change_by_ticket")]

    def __str__(self) -> str:
        return f"TK-{self.ticket_id} {self.field}: {self.old} → {self.new}"
