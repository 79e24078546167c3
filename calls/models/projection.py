"""Where the projection of a call stands."""

from __future__ import annotations

from django.db import models


class ProjectionState(models.Model):
    """The folded state of a call and the place of the last event in it; an event before that place refolds the call."""

    call_id = models.CharField("Vapi call id", max_length=200, primary_key=True)
    state = models.BinaryField(help_text="calls.projection.state.CallState, as JSON")

    def __str__(self) -> str:
        return self.call_id
