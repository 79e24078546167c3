"""A caller has proved in one call to be one customer."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from calls.models.call import Call
from tickets.models import Customer


class Verification(models.Model):
    class Factor(models.TextChoices):
        PIN = "pin", "PIN"
        EMAIL = "email", "E-mail address"
        POSTCODE = "postcode", "Postcode"

    call = models.ForeignKey(Call, models.CASCADE, related_name="verifications")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="verifications")
    factor = models.CharField(max_length=10, choices=Factor)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["at", "id"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(name="verified_once", fields=["call", "customer", "factor"]),
            models.CheckConstraint(
                name="verification_factor_known", condition=models.Q(factor__in=["pin", "email", "postcode"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_factor_display()}"
