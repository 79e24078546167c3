"""The phone agent itself, as Vapi names it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Assistant(models.Model):
    """One Vapi assistant this installation has heard of, or was told of in the admin."""

    vapi_id = models.CharField("Vapi id", max_length=100, unique=True)
    name = models.CharField(max_length=200, blank=True)
    answers_unassigned_numbers = models.BooleanField(
        default=False, help_text="Given to callers when Vapi asks which assistant should answer"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["name", "vapi_id"]
        constraints = [
            models.UniqueConstraint(
                name="one_assistant_answers_unassigned_numbers",
                fields=["answers_unassigned_numbers"],
                condition=models.Q(answers_unassigned_numbers=True),
                violation_error_message="Another assistant already answers unassigned numbers.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.vapi_id


class AssistantSnapshot(models.Model):
    """The assistant object that Vapi repeats in every message, stored once for each distinct content, redacted."""

    hash = models.BinaryField(primary_key=True, max_length=16)
    body = models.BinaryField(help_text="JSON, packed")
    first_seen_at = models.DateTimeField(db_default=Now(), editable=False)
    seen_at = models.DateTimeField(db_default=Now(), editable=False, help_text="The last time, within some hours")

    def __str__(self) -> str:
        return bytes(self.hash).hex()
