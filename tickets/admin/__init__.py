"""The ticket side in Django's admin; importing a file here registers what is in it."""

from __future__ import annotations

from tickets.admin import crm_settings, records, writes

__all__ = ["crm_settings", "records", "writes"]
