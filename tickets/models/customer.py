"""Somebody who calls."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Customer(models.Model):
    """A person or household. Several may share one number, so a number alone does not name a customer."""

    name = models.CharField(max_length=200, blank=True)
    phone = models.CharField("phone number", max_length=40, blank=True, help_text="E.164, such as +447700900018")
    email = models.EmailField(blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [
            # Who is calling? (calls.identity, the projection)
            models.Index(fields=["phone"], name="customer_phone", condition=~models.Q(phone="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="customer_phone_is_e164",
                condition=models.Q(phone="") | models.Q(phone__regex=r"^\+[1-9][0-9]{4,14}$"),
                violation_error_message="Write the number as E.164: +, country code, digits, such as +447700900018.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.phone or f"Customer {self.pk}"
