"""A field of a call that no webhook told, and that Vapi's API filled."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from calls.models.call import Call


class Healing(models.Model):
    """Goes when a webhook tells the field after all."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="healings")
    field = models.CharField(max_length=60, help_text="As the projection names it: see calls/projection/from_api.py")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        default_permissions = ("view",)
        ordering = ["call", "field"]
        constraints = [models.UniqueConstraint(fields=["call", "field"], name="healing_once_a_field")]

    def __str__(self) -> str:
        return f"{self.call}: {self.field}"
