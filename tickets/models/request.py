"""What a customer asked to have done, until a person has decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from tickets.models.ticket import Ticket


class ServiceRequest(models.Model):
    """The phone agent only asks: nothing here cancels or pays anything by itself."""

    class Kind(models.TextChoices):
        CANCEL_ORDER = "cancel-order", "Cancel the order"
        REFUND = "refund", "Refund"

    class State(models.TextChoices):
        REQUESTED = "requested", "Requested"
        DONE = "done", "Done"
        DECLINED = "declined", "Declined"

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="service_requests")
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    order_reference = models.CharField(max_length=100, blank=True)
    amount_usd = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True, help_text="Empty for all that was paid"
    )
    reason = models.CharField(max_length=500, blank=True, help_text="In the customer's words")
    requested_by = models.CharField(
        max_length=200, blank=True, help_text="The caller's number; where it is not known, what names the call"
    )
    requested_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    note = models.TextField(blank=True, default="", db_default="", help_text="Why it was declined, or how it was done")

    class Meta:
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_request_a_ticket_and_kind",
                fields=["ticket", "kind"],
                condition=models.Q(state="requested"),
            ),
            models.UniqueConstraint(
                name="one_open_request_an_order_and_kind",
                fields=["requested_by", "order_reference", "kind"],
                condition=models.Q(state="requested") & ~models.Q(requested_by="") & ~models.Q(order_reference=""),
            ),
            models.CheckConstraint(
                name="service_request_kind_known", condition=models.Q(kind__in=["cancel-order", "refund"])
            ),
            models.CheckConstraint(
                name="service_request_state_known", condition=models.Q(state__in=["requested", "done", "declined"])
            ),
            models.CheckConstraint(
                name="service_request_amount_is_of_a_refund",
                condition=models.Q(amount_usd=None) | (models.Q(kind="refund") & models.Q(amount_usd__gt=0)),
                violation_error_message="Only a refund has an amount, and it is more than nothing.",
            ),
        ]
        indexes = [
            # What waits for a person (the page Follow-ups, Live)
            models.Index(
                fields=["requested_at"], name="service_request_waiting", condition=models.Q(state="requested")
            ),
            models.Index(  # the decided ones, newest first
                fields=["-decided_at", "-id"], name="service_request_decided", condition=~models.Q(state="requested")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, TK-{self.ticket_id}"
