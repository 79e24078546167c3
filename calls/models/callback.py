"""A caller wants to be called back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from calls.models.call import Call
from tickets.models import Customer

DUE_HOUR = "date_trunc('hour', %(expressions)s AT TIME ZONE 'UTC')"


class Callback(models.Model):
    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"

    call = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="callbacks")
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="callbacks")
    number = models.CharField(max_length=40, help_text="E.164, such as +447700900018")
    due_at = models.DateTimeField()
    topic = models.CharField(max_length=500, help_text="In the caller's words")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    note = models.TextField(blank=True, default="", db_default="", help_text="What came of it")

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                "call",
                models.Func("due_at", template=DUE_HOUR, output_field=models.DateTimeField()),
                name="one_open_callback_a_call_and_hour",
                condition=models.Q(state="open"),
            ),
            models.CheckConstraint(
                name="callback_state_known", condition=models.Q(state__in=["open", "done", "cancelled"])
            ),
            models.CheckConstraint(
                name="callback_number_is_e164",
                condition=models.Q(number__regex=r"^\+[1-9][0-9]{4,14}$"),
                violation_error_message="Write the number as E.164: +, country code, digits, such as +447700900018.",
            ),
        ]
        indexes = [
            # Who is to be called next? (the page Follow-ups, Live)
            models.Index(fields=["due_at"], name="callback_open", condition=models.Q(state="open")),
            models.Index(  # the settled ones, newest first
                fields=["-settled_at", "-id"], name="callback_settled", condition=~models.Q(state="open")
            ),
        ]

    def __str__(self) -> str:
        return f"Callback {self.pk}"
