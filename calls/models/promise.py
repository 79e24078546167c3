"""A caller was told that the answer follows."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Promise(models.Model):
    """Of one stored tool-calls message that was not answered in time. Gone when its answer is written down.

    Its web process sees to it; a worker does where that process has died.
    """

    event_id = models.UUIDField(primary_key=True)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    tried_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(self.event_id)
