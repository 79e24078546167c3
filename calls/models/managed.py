"""What is configured here and lives at Vapi: assistants, tools, squads, structured outputs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Managed(models.Model):
    """One file, or one tool of the code, and what it is at Vapi.

    `local` and `remote` are both sides as they were when they last agreed: what differs from them was changed since.
    Documents name each other as `@tool/getTicketStatus`, never by Vapi's ids.
    """

    class Kind(models.TextChoices):
        TOOL = "tool", "Tool"
        OUTPUT = "structured-output", "Structured output"
        ASSISTANT = "assistant", "Assistant"
        SQUAD = "squad", "Squad"

    kind = models.CharField(max_length=20, choices=Kind)
    key = models.CharField(max_length=100, help_text="The file's name without its ending, or the tool's")
    vapi_id = models.CharField("Vapi id", max_length=100, blank=True)
    local = models.JSONField(default=dict, help_text="The file's document when both sides last agreed")
    remote = models.JSONField(default=dict, help_text="Vapi's document when both sides last agreed")
    synced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "managed"
        ordering = ["kind", "key"]
        default_permissions = ("view",)
        permissions = [("sync_assistants", "Can bring assistants to Vapi")]
        constraints = [
            models.UniqueConstraint(name="managed_once", fields=["kind", "key"]),
            models.UniqueConstraint(
                name="managed_id_once", fields=["kind", "vapi_id"], condition=~models.Q(vapi_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}"


class ManagedVersion(models.Model):
    """What Vapi was given, or what was found there and taken. Never changed."""

    class Source(models.TextChoices):
        APPLIED = "applied", "Applied"
        PULLED = "pulled", "Taken from Vapi"
        ROLLED_BACK = "rolled-back", "Rolled back"
        PRUNED = "pruned", "Deleted at Vapi"

    managed = models.ForeignKey(Managed, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    source = models.CharField(max_length=12, choices=Source)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["managed", "-number"]
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(name="managed_version_once", fields=["managed", "number"])]

    def __str__(self) -> str:
        return f"{self.managed} v{self.number}"
