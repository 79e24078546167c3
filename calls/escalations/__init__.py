"""When a person is needed."""

from __future__ import annotations

from calls.escalations.ask import ask_for_a_person

__all__ = ["ask_for_a_person"]
