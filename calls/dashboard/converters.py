"""Vapi's call ids in addresses."""

from __future__ import annotations

from urllib.parse import quote, unquote


class CallIdConverter:
    """Any text can be a call id to whoever signs the delivery, so a page must have an address for any text."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return unquote(value)

    def to_url(self, value: str) -> str:
        # Browsers resolve a segment of dots away, quoted or not.
        return quote(value, safe="").replace(".", "%2E") if value.strip(".") == "" else quote(value, safe="")
