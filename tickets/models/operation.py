"""One write to a CRM: asked for once, done once, and never forgotten."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from tickets.models.ticket import Ticket

OPEN = ("waiting", "running")


class Operation(models.Model):
    """Written in the transaction that answers the caller; performed by tickets.operations. The row is the truth.

    Every retry, every doubt and every failure is in here, so that nothing ends nowhere.
    """

    class Kind(models.TextChoices):
        CREATE = "create", "Create the ticket"
        ADD_NOTE = "add-note", "Add a note"
        UPDATE = "update", "Change the ticket"
        ESCALATE = "escalate", "Escalate the ticket"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being done"
        DONE = "done", "Done"
        DIFFERS = "differs", "Said but not done"
        UNCLEAR = "unclear", "Nobody knows whether it was done"
        DEAD = "dead", "Given up"
        SETTLED = "settled", "Settled by a person"

    key = models.CharField(max_length=64, unique=True, help_text="Hex; of call, tool call, name, arguments, operation")
    kind = models.CharField(max_length=10, choices=Kind)
    crm = models.CharField("CRM", max_length=40, help_text="The connection's name, such as zendesk")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="operations")
    payload = models.JSONField(default=dict, help_text="What to write, in our words")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)

    attempt = models.PositiveIntegerField(default=0, help_text="Fences: who holds an older number may write nothing")
    lease_until = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(db_default=Now())

    error = models.CharField(max_length=60, blank=True, help_text="The class of tickets.crm.errors it ended with last")
    reason = models.TextField(blank=True, help_text="Why it is not done, for staff")
    crm_number = models.CharField(max_length=60, blank=True, help_text="The CRM's number of the ticket it was done on")

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    note = models.TextField(blank=True, help_text="What a person did about it")

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="operation_kind_known",
                condition=models.Q(kind__in=["create", "add-note", "update", "escalate"]),
            ),
            models.CheckConstraint(
                name="operation_state_known",
                condition=models.Q(state__in=["waiting", "running", "done", "differs", "unclear", "dead", "settled"]),
            ),
            models.CheckConstraint(
                name="operation_running_has_a_lease",
                condition=~models.Q(state="running") | models.Q(lease_until__isnull=False),
            ),
        ]
        indexes = [
            # What is due (tickets.operations)
            models.Index(fields=["next_attempt_at"], name="operation_open", condition=models.Q(state__in=OPEN)),
            models.Index(fields=["ticket", "id"], name="operation_by_ticket"),
            # What waits for a person (the page Operations, Live)
            models.Index(
                fields=["-created_at", "-id"],
                name="operation_for_a_person",
                condition=models.Q(state__in=["differs", "unclear", "dead"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.ticket}"
