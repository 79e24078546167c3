"""Writes to a CRM, and what is known of it, in Django's admin. What is to be decided is decided on the page CRM."""

from __future__ import annotations

from django.contrib import admin

from supportvoice.read_only import ReadOnly
from tickets.models import Fetched, Operation


@admin.register(Operation)
class OperationAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["__str__", "crm", "state", "attempt", "error", "next_attempt_at", "created_at", "ended_at"]
    list_filter = ["state", "kind", "crm"]
    list_select_related = ["ticket"]
    search_fields = ["=ticket__number", "=crm_number"]
    ordering = ["-id"]
    show_full_result_count = False


@admin.register(Fetched)
class FetchedAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["crm", "subject", "at"]
    list_filter = ["crm"]
    search_fields = ["=subject"]
    show_full_result_count = False
