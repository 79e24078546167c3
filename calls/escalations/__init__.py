"""When a person is needed, now or later."""

from __future__ import annotations

from calls.escalations.ask import ask_for_a_person, notice_a_need
from calls.escalations.callbacks import book_callback
from calls.escalations.errors import CannotTakeError, EscalationError, NoResolutionError, TooLateError
from calls.escalations.opening_hours import opening_hours
from calls.escalations.work import assign, claim, release, resolve

__all__ = [
    "CannotTakeError",
    "EscalationError",
    "NoResolutionError",
    "TooLateError",
    "ask_for_a_person",
    "assign",
    "book_callback",
    "claim",
    "notice_a_need",
    "opening_hours",
    "release",
    "resolve",
]
