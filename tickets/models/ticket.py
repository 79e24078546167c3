"""What a customer wants, until it is settled."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Now

from tickets.models.customer import Customer


class Ticket(models.Model):
    """Its number is its primary key: what callers say, agents read out and URLs carry."""

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
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["-updated_at", "-number"], name="ticket_newest_first"),  # the Tickets page
            GinIndex(SearchVector("issue", config="simple"), name="ticket_words"),  # its search
        ]
        constraints = [
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
