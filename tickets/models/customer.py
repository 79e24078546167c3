"""Somebody who calls."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now, Upper


class Customer(models.Model):
    """A person or household. Several may share one number, so a number alone does not name a customer."""

    name = models.CharField(max_length=200, blank=True)
    phone = models.CharField("phone number", max_length=40, blank=True, help_text="E.164, such as +447700900018")
    phone_tail = models.CharField(
        max_length=9,
        blank=True,
        default="",
        db_default="",
        help_text="The last digits of a number that was written without its country: it may be anybody's",
    )
    email = models.EmailField(blank=True)
    postcode = models.CharField(max_length=12, blank=True, default="", db_default="", help_text="As SW1A1AA")
    pin_mac = models.BinaryField(
        null=True, blank=True, editable=False, help_text="Of the PIN that the customer proves themselves with"
    )
    crm = models.CharField("CRM", max_length=40, blank=True, default="", db_default="", editable=False)
    crm_id = models.CharField("id there", max_length=100, blank=True, default="", db_default="", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [
            # Who is calling? (calls.identity, the projection)
            models.Index(fields=["phone"], name="customer_phone", condition=~models.Q(phone="")),
            models.Index(fields=["phone_tail"], name="customer_phone_tail", condition=~models.Q(phone_tail="")),
            # Parts of names and numbers: search on the pages Calls and Tickets, and in the admin
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="customer_name_part"),
            GinIndex(fields=["phone"], opclasses=["gin_trgm_ops"], name="customer_phone_part"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="customer_of_a_crm_once", fields=["crm", "crm_id"], condition=~models.Q(crm_id="")
            ),
            models.CheckConstraint(
                name="customer_phone_is_e164",
                condition=models.Q(phone="") | models.Q(phone__regex=r"^\+[1-9][0-9]{4,14}$"),
                violation_error_message="Write the number as E.164: +, country code, digits, such as +447700900018.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.phone or f"Customer {self.pk}"
