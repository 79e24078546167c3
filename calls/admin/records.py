"""Calls and what belongs to them in the admin. What Vapi said and what was made of it can be read, never rewritten."""

from __future__ import annotations

import logging
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from calls.answers.registry import TOOLS
from calls.dashboard.outcome import FAULTS, GROUPS
from calls.dashboard.stored_event import pretty
from calls.dashboard.tools import STEPS_IN_WORDS
from calls.models import (
    Assistant,
    Call,
    Callback,
    Delivery,
    Disclosure,
    Escalation,
    Event,
    Judgement,
    LookupMiss,
    Managed,
    ManagedVersion,
    Pending,
    ToolCall,
    Turn,
    Verification,
)
from calls.models.do_not_call import DoNotCall, RefusedDials
from calls.models.transfer_destination import TransferDestination
from calls.projection.replay import Replay, ReplayError, replay_call, replay_event
from supportvoice.growing import Growing, known
from supportvoice.read_only import ReadOnly
from tickets.phone import e164

logger = logging.getLogger(__name__)


class Replayable:
    """The action that puts what is stored through the projection once more, and says what that changed."""

    MOST_CHANGES_SHOWN = 10

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("calls.change_pending")

    def replay_row(self, row: Any) -> Replay:
        raise NotImplementedError

    @admin.action(description="Replay through the projection", permissions=["replay"])
    def replay(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        for row in rows:
            try:
                done = self.replay_row(row)
            except ReplayError as error:
                messages.error(request, str(error))
                continue
            logger.info("%s replayed by user %s (%s)", row, request.user.pk, request.user.get_username())
            shown = "; ".join(map(str, done.changes[: self.MOST_CHANGES_SHOWN]))
            messages.success(request, f"{done} {shown}"[:2_000])


class TurnInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Turn
    fields = ["position", "role", "text", "started_at"]


class ToolCallInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = ToolCall
    fields = ["requested_at", "name", "arguments", "state", "result", "error", "failure", "duration_ms", "ticket"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ToolCall]:
        return super().get_queryset(request).select_related("ticket")


@admin.register(Call)
class CallAdmin(Replayable, ReadOnly, Growing):
    ordering = ["-began_at", "-id"]
    list_display = ["vapi_id", "began_at", "status", "kind", "customer", "assistant", "ended_reason", "cost_usd"]
    list_filter = [
        known("status", lambda: Call.Status.choices),
        known("kind", lambda: Call.Kind.choices),
        known("ended_group", GROUPS.items),
        known("fault", FAULTS.items),
        "assistant",
    ]
    list_select_related = ["customer", "assistant"]
    search_fields = ["=vapi_id", "customer__name", "customer_name", "customer_number__contains"]
    inlines = [TurnInline, ToolCallInline]
    actions = ["replay"]

    def replay_row(self, row: Call) -> Replay:
        return replay_call(row.vapi_id)


@admin.register(Event)
class EventAdmin(Replayable, ReadOnly, Growing):
    list_display = ["id", "type", "call_id", "stamped_at", "received_at", "received_bytes"]
    search_fields = ["=call_id"]
    fields = ["id", "type", "call_id", "stamped_at", "received_at", "received_bytes", "artifact_bytes", "message"]
    actions = ["replay"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        events = super().get_queryset(request)
        is_list = request.resolver_match is not None and request.resolver_match.url_name == "calls_event_changelist"
        return events.defer("body") if is_list else events

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # A call's page links to its events.
        return lookup == "call_id" or super().lookup_allowed(lookup, value, request)

    def replay_row(self, row: Event) -> Replay:
        return replay_event(row.pk)

    @admin.display(description="Message, as stored: redacted")
    def message(self, event: Event) -> SafeString:
        return format_html("<pre>{}</pre>", pretty(event.body))


@admin.register(Pending)
class PendingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To be retried at once: set `retry at` to now."""

    list_display = ["event_id", "call_id", "attempts", "retry_at", "error"]
    search_fields = ["=call_id"]
    readonly_fields = ["event_id", "call_id", "attempts", "error"]
    ordering = ["-attempts", "retry_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Escalation)
class EscalationAdmin(Growing):
    list_display = ["__str__", "reason", "state", "times_asked", "call", "ticket", "claimed_by", "created_at"]
    list_filter = ["state", "claimed_by"]
    list_select_related = ["call", "ticket", "claimed_by"]
    search_fields = ["reason", "=call__vapi_id", "=ticket__number"]
    autocomplete_fields = ["ticket", "claimed_by"]
    raw_id_fields = ["call"]
    readonly_fields = ["created_at"]


@admin.register(Callback)
class CallbackAdmin(Growing):
    list_display = ["__str__", "due_at", "number", "topic", "state", "customer", "call", "settled_by"]
    list_filter = ["state", "due_at"]
    list_select_related = ["customer", "call", "settled_by"]
    search_fields = ["topic", "=number", "customer__name", "=call__vapi_id"]
    autocomplete_fields = ["customer"]
    raw_id_fields = ["call"]
    readonly_fields = ["created_at", "settled_by", "settled_at"]

    def save_model(self, request: HttpRequest, obj: Callback, form: ModelForm[Callback], change: bool) -> None:
        """Who settles it is on record."""
        if "state" in form.changed_data:
            is_open = obj.state == Callback.State.OPEN
            obj.settled_by_id, obj.settled_at = (None, None) if is_open else (request.user.pk, timezone.now())
        super().save_model(request, obj, form, change)


@admin.register(Assistant)
class AssistantAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["__str__", "vapi_id", "answers_unassigned_numbers", "created_at"]
    search_fields = ["name", "vapi_id"]
    readonly_fields = ["created_at"]


@admin.register(TransferDestination)
class TransferDestinationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "number", "sip_uri", "when", "assistant", "description"]
    list_filter = ["when"]
    list_select_related = ["assistant"]
    search_fields = ["name", "number", "sip_uri", "description"]
    autocomplete_fields = ["assistant"]


class DoNotCallForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = DoNotCall
        fields = ["number", "reason"]

    def clean_number(self) -> str:
        """As a campaign's contact is compared: +44 (0)7700 900018 and +447700900018 are one number."""
        number: str = self.cleaned_data["number"]
        return e164(number) or number


@admin.register(DoNotCall)
class DoNotCallAdmin(Growing):
    form = DoNotCallForm
    ordering = ["-added_at", "number"]
    list_display = ["number", "reason", "added_at", "added_by"]
    list_select_related = ["added_by"]
    search_fields = ["number", "reason"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["number", "added_at", "added_by"] if obj else []

    def save_model(self, request: HttpRequest, obj: DoNotCall, form: forms.ModelForm[DoNotCall], change: bool) -> None:
        if not change:
            obj.added_by_id = request.user.pk
        super().save_model(request, obj, form, change)


@admin.register(RefusedDials)
class RefusedDialsAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["day", "reason", "count"]
    list_filter = ["reason"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, Growing):
    list_display = ["tool_call", "state", "text", "reason", "created_at", "ended_at"]
    list_filter = ["state"]
    list_select_related = ["tool_call"]
    search_fields = ["=tool_call__call__vapi_id"]


@admin.register(Disclosure)
class DisclosureAdmin(ReadOnly, Growing):
    list_display = ["at", "ticket", "customer", "tool", "step", "evidence", "call"]
    list_filter = [known("step", STEPS_IN_WORDS.items), known("tool", lambda: [(name, name) for name in TOOLS])]
    list_select_related = ["ticket", "customer", "call"]
    search_fields = ["=ticket__number", "=call__vapi_id"]


@admin.register(Judgement)
class JudgementAdmin(ReadOnly, Growing):
    """Marked on the page Intent, where the words stand."""

    ordering = ["-at", "-id"]
    list_display = ["at", "intent", "verdict", "reason", "mark", "tool_call"]
    list_filter = ["intent", "verdict", "mark"]
    list_select_related = ["tool_call"]


@admin.register(LookupMiss)
class LookupMissAdmin(ReadOnly, Growing):
    list_display = ["at", "tool", "subject", "number", "call"]
    list_select_related = ["call"]
    search_fields = ["=subject", "=number", "=call__vapi_id"]


@admin.register(Verification)
class VerificationAdmin(ReadOnly, Growing):
    list_display = ["at", "customer", "factor", "call"]
    list_filter = ["factor"]
    list_select_related = ["customer", "call"]
    search_fields = ["customer__name", "=call__vapi_id"]


class ManagedVersionInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = ManagedVersion
    fields = ["number", "source", "note", "by", "at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ManagedVersion]:
        return super().get_queryset(request).select_related("by", "managed").defer("document")


@admin.register(Managed)
class ManagedAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Changed by `manage.py sync_assistants` alone."""

    list_display = ["key", "kind", "vapi_id", "synced_at"]
    list_filter = ["kind"]
    search_fields = ["key", "=vapi_id"]
    inlines = [ManagedVersionInline]
