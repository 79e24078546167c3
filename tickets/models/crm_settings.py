"""How a CRM is reached, where the environment does not say it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class CrmSettings(models.Model):
    """One row a kind of CRM. Its secret is sealed with FIELD_KEYS; the environment decides over what stands here."""

    name = models.CharField(max_length=40, primary_key=True, help_text="The adapter's name, such as zendesk")
    active = models.BooleanField(default=False, help_text="The one that the phone agent works with")
    url = models.URLField("address", blank=True)
    account = models.CharField(max_length=200, blank=True, help_text="Who it is reached as, where it wants that")
    secret = models.BinaryField(null=True, blank=True, editable=False, help_text="Sealed")
    options = models.JSONField(default=dict, blank=True, help_text="What else its adapter wants, such as a queue")
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = verbose_name_plural = "CRM settings"
        constraints = [
            models.UniqueConstraint(
                name="one_active_crm",
                fields=["active"],
                condition=models.Q(active=True),
                violation_error_message="Another CRM is the active one.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
