"""What a customer wants, until it is settled."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Now

from tickets.models.customer import Customer


class Ticket(models.Model):
    """The working copy. Its number is its primary key: what URLs carry, and what callers say where no CRM has another.

    `crm` and `crm_number` name the ticket of a CRM that this is the copy of; both are empty where this is all there is.
    """

    class Status(models.TextChoices):
        NEW = "new", "New"
        OPEN = "open", "Open"
        PENDING = "pending", "Waiting for the customer"
        ON_HOLD = "on-hold", "On hold"
        SOLVED = "solved", "Solved"
        CLOSED = "closed", "Closed"

    class Priority(models.TextChoices):
        LOW = "low", "Low"
        NORMAL = "normal", "Normal"
        HIGH = "high", "High"
        URGENT = "urgent", "Urgent"

    number = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="tickets")
    issue = models.CharField(max_length=500, help_text="In one sentence, as it may be read out to the customer")
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    priority = models.CharField(max_length=10, choices=Priority, default=Priority.NORMAL)
    assigned_agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="tickets"
    )
    crm = models.CharField("CRM", max_length=40, blank=True, default="", db_default="", editable=False)
    crm_number = models.CharField("number there", max_length=60, blank=True, default="", db_default="", editable=False)
    crm_status = models.CharField(
        "status there", max_length=100, blank=True, default="", db_default="", editable=False, help_text="In its words"
    )
    crm_assignee = models.CharField(
        "assigned there", max_length=200, blank=True, default="", db_default="", editable=False
    )
    fetched_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="Compared with the CRM")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["-updated_at", "-number"], name="ticket_newest_first"),  # the Tickets page
            GinIndex(SearchVector("issue", config="simple"), name="ticket_words"),  # its search
        ]
        constraints = [
            models.UniqueConstraint(
                name="ticket_of_a_crm_once", fields=["crm", "crm_number"], condition=~models.Q(crm_number="")
            ),
            models.CheckConstraint(
                name="ticket_status_known",
                condition=models.Q(status__in=["new", "open", "pending", "on-hold", "solved", "closed"]),
            ),
            models.CheckConstraint(
                name="ticket_priority_known",
                condition=models.Q(priority__in=["low", "normal", "high", "urgent"]),
            ),
        ]

    def __str__(self) -> str:
        return f"TK-{self.number}"

    @property
    def said(self) -> str:
        """The number that callers know it by."""
        return self.crm_number or str(self.number)


SETTLED = (Ticket.Status.SOLVED, Ticket.Status.CLOSED)
