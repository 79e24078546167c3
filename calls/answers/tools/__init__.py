"""The tools themselves; importing a file here registers what is in it."""

from __future__ import annotations

from calls.answers.tools import create_ticket, escalate, tickets

__all__ = ["create_ticket", "escalate", "tickets"]
