"""Writes to a CRM, and what is known of it, in Django's admin. What is to be decided is decided on the page CRM."""

from __future__ import annotations

from django.contrib import admin

from supportvoice.growing import Growing, known
from supportvoice.read_only import ReadOnly
from tickets.crm.connections import KINDS
from tickets.models import Fetched, Operation

CRM = known("crm", lambda: [(name, kind.label) for name, kind in KINDS.items()])


@admin.register(Operation)
class OperationAdmin(ReadOnly, Growing):
    list_display = ["__str__", "crm", "state", "attempt", "error", "next_attempt_at", "created_at", "ended_at"]
    list_filter = ["state", "kind", CRM]
    list_select_related = ["ticket"]
    search_fields = ["=ticket__number", "=crm_number"]


@admin.register(Fetched)
class FetchedAdmin(ReadOnly, Growing):
    list_display = ["crm", "subject", "at"]
    list_filter = [CRM]
    search_fields = ["=subject"]
