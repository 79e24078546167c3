"""One call, from the first ring to its report."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now, Upper

from calls.models.assistant import Assistant
from tickets.models import Customer


class Call(models.Model):
    """What the projection made of a call's events. Only the projection writes here; answers create the bare row."""

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", "Scheduled"
        QUEUED = "queued", "Queued"
        RINGING = "ringing", "Ringing"
        IN_PROGRESS = "in-progress", "In progress"
        FORWARDING = "forwarding", "Forwarding"
        ENDED = "ended", "Ended"
        NOT_FOUND = "not-found", "Not found"
        DELETION_FAILED = "deletion-failed", "Deletion failed"

    class Kind(models.TextChoices):
        INBOUND = "inboundPhoneCall", "Inbound"
        OUTBOUND = "outboundPhoneCall", "Outbound"
        WEB = "webCall", "Web"
        WEBSOCKET = "vapi.websocketCall", "WebSocket"

    vapi_id = models.CharField("Vapi id", max_length=200, unique=True)
    kind = models.CharField(max_length=40, blank=True, help_text="Vapi's call.type")
    status = models.CharField(max_length=40, default=Status.QUEUED, help_text="Vapi's status; unknown ones are kept")
    assistant = models.ForeignKey(Assistant, models.SET_NULL, null=True, blank=True, related_name="calls")
    assistant_version = models.CharField(max_length=40, blank=True)
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="calls")
    customer_name = models.CharField(max_length=200, blank=True, help_text="As Vapi gave it")
    customer_number = models.CharField(max_length=40, blank=True)
    our_number = models.CharField(max_length=40, blank=True)

    began_at = models.DateTimeField(db_default=Now(), help_text="Created at Vapi; else its first event")
    started_at = models.DateTimeField(null=True, blank=True, help_text="Connected")
    ended_at = models.DateTimeField(null=True, blank=True)
    last_event_at = models.DateTimeField(null=True, blank=True)
    lost_at = models.DateTimeField(
        null=True, blank=True, help_text="Found silent for an hour; the next event lifts it. Lost is not ended"
    )

    ended_reason = models.CharField(max_length=200, blank=True, help_text="Vapi's endedReason, unchanged")
    ended_group = models.CharField(max_length=40, blank=True)
    ended_party = models.CharField(max_length=40, blank=True, help_text="Who ended it")
    fault = models.CharField(max_length=40, blank=True, help_text="Whose fault, where it is somebody's")

    cost_usd = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    was_heard = models.BooleanField(default=False, db_default=False, help_text="Somebody spoke or used a tool")
    hang_count = models.PositiveIntegerField(default=0, help_text="Times the agent did not answer in time")
    # Without the CHECK of a positive integer: adding it would read the whole table under a lock.
    silenced_count = models.IntegerField(
        default=0, db_default=0, help_text="Times its voice asked this server for speech and was given silence"
    )
    interruption_count = models.PositiveIntegerField(default=0)
    slowest_stop_ms = models.PositiveIntegerField(null=True, blank=True, help_text="Worst gap of an interruption")

    class Meta:
        ordering = ["-began_at", "-id"]
        indexes = [
            models.Index(fields=["-began_at", "-id"], name="call_newest_first"),  # the Calls page
            # Live, and the sweep that marks lost calls
            models.Index(fields=["began_at"], name="call_running", condition=models.Q(ended_at=None, lost_at=None)),
            models.Index(fields=["-lost_at"], name="call_lost", condition=models.Q(lost_at__isnull=False)),  # Calls
            # The sweep for reports that never came
            models.Index(fields=["ended_at"], name="call_ended", condition=models.Q(ended_at__isnull=False)),
            models.Index(fields=["customer", "-began_at"], name="call_by_customer"),
            models.Index(fields=["customer_number", "-began_at"], name="call_by_number"),
            models.Index(fields=["assistant", "-began_at"], name="call_by_assistant"),  # an agent's page
            # What the Calls page and the admin filter by: of each value the newest
            models.Index(fields=["kind", "-began_at", "-id"], name="call_by_kind"),
            models.Index(
                fields=["status", "-began_at", "-id"], name="call_not_ended", condition=~models.Q(status="ended")
            ),
            models.Index(
                fields=["ended_group", "-began_at", "-id"], name="call_by_ending", condition=~models.Q(ended_group="")
            ),
            models.Index(fields=["fault", "-began_at", "-id"], name="call_by_fault", condition=~models.Q(fault="")),
            # Parts of names and numbers: search on the Calls page
            GinIndex(OpClass(Upper("customer_name"), name="gin_trgm_ops"), name="call_name_part"),
            GinIndex(fields=["customer_number"], opclasses=["gin_trgm_ops"], name="call_number_part"),
        ]
        constraints = [
            models.CheckConstraint(
                name="call_lost_is_not_ended", condition=models.Q(lost_at=None) | models.Q(ended_at=None)
            ),
        ]
        permissions = [("see_numbers", "Can see phone numbers unmasked")]

    def __str__(self) -> str:
        return self.vapi_id


class MonitorUrls(models.Model):
    """Where a running call can be steered and heard. Whoever holds them owns the call, so they are stored sealed."""

    call_id = models.CharField("Vapi call id", max_length=200, primary_key=True)
    control_url = models.BinaryField(null=True)
    listen_url = models.BinaryField(null=True)
    received_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.call_id
