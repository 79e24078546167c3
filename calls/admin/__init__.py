"""The phone side in Django's admin; importing a file here registers what is in it."""

from __future__ import annotations

from calls.admin import losses, records

__all__ = ["losses", "records"]
