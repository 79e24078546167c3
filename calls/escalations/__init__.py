"""When a person is needed, now or later."""

from __future__ import annotations

from calls.escalations.ask import ask_for_a_person
from calls.escalations.callbacks import book_callback
from calls.escalations.opening_hours import opening_hours

__all__ = ["ask_for_a_person", "book_callback", "opening_hours"]
