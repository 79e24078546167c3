"""What webhooks lost and the API filled, in the admin. All of it is written by sweeps and passes alone."""

from __future__ import annotations

from django.contrib import admin

from calls.models import ApiPass, DayCompleteness, Healing, Incident
from supportvoice.growing import Growing
from supportvoice.read_only import ReadOnly


@admin.register(Incident)
class IncidentAdmin(ReadOnly, Growing):
    list_display = ["call", "kind", "state", "opened_at", "closed_at", "asked_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["call"]
    search_fields = ["=call__vapi_id"]


@admin.register(Healing)
class HealingAdmin(ReadOnly, Growing):
    list_display = ["call", "field", "at"]
    list_select_related = ["call"]
    search_fields = ["=call__vapi_id"]


@admin.register(ApiPass)
class ApiPassAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["__str__", "ended_at", "error", "since", "until", "before"]


@admin.register(DayCompleteness)
class DayCompletenessAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["day", "calls", "complete", "with_status", "with_transcript", "with_report", "healed", "counted_at"]
