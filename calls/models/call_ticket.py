"""A person said that a call is about a ticket."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from calls.models.call import Call
from tickets.models import Ticket


class CallTicket(models.Model):
    call = models.ForeignKey(Call, models.CASCADE, related_name="ticket_links")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="call_links")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["at", "id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="call_ticket_once", fields=["call", "ticket"])]

    def __str__(self) -> str:
        return f"{self.call} is about TK-{self.ticket_id}"
