"""Bringing assistants to Vapi from the page: asked for there, done by a worker."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

OPEN = ("waiting", "running")


class SyncRun(models.Model):
    """One press of a button. What was done is said line by line while it goes on."""

    class Act(models.TextChoices):
        APPLY = "apply", "Apply"
        PULL = "pull", "Take into the files"
        PRUNE = "prune", "Delete at Vapi"
        ROLL_BACK = "roll-back", "Roll back"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for a worker"
        RUNNING = "running", "Under way"
        DONE = "done", "Done"
        FAILED = "failed", "Not all done"

    act = models.CharField(max_length=10, choices=Act)
    name = models.CharField(max_length=120, blank=True, help_text="Of one resource; empty for all")
    force = models.BooleanField(default=False, help_text="Overwrite what was changed at Vapi")
    version = models.PositiveIntegerField(null=True, blank=True, help_text="To roll back to")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    said = models.TextField(blank=True, help_text="What was done, one line each")
    said_at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="sync_run_state_known", condition=models.Q(state__in=["waiting", "running", "done", "failed"])
            ),
            models.CheckConstraint(
                name="sync_run_act_known", condition=models.Q(act__in=["apply", "pull", "prune", "roll-back"])
            ),
            models.CheckConstraint(
                name="sync_run_rolls_back_to_one",
                condition=~models.Q(act="roll-back") | models.Q(version__isnull=False) & ~models.Q(name=""),
            ),
        ]
        indexes = [models.Index(fields=["id"], name="sync_run_open", condition=models.Q(state__in=OPEN))]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.name or 'all'}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def lines(self) -> list[str]:
        return self.said.splitlines()
