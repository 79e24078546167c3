"""When the local copy was last compared with the CRM."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Fetched(models.Model):
    """Also of what the CRM does not have: asking again in the same call is then instant."""

    crm = models.CharField("CRM", max_length=40)
    subject = models.CharField(max_length=200, help_text="number:35436, or contact:+447700900018")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "fetched"
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(name="fetched_once", fields=["crm", "subject"])]

    def __str__(self) -> str:
        return f"{self.crm} {self.subject}"
