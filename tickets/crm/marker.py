"""An operation's key inside a text, for CRMs that have no other place for it."""

from __future__ import annotations

PREFIX = "sv"
SHOWN = 24


def marker(key: str) -> str:
    """Letters and digits only, so that every search index takes it as one word."""
    return f"{PREFIX}{key[:SHOWN]}"


def marked(text: str, key: str) -> str:
    return f"{text}\n\n[ref {marker(key)}]"
