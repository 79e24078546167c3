"""When a person is needed."""

from __future__ import annotations

from calls.escalations.ask import ask_for_a_person
from calls.escalations.errors import CannotTakeError, EscalationError, NoResolutionError, TooLateError
from calls.escalations.work import assign, claim, release, resolve

__all__ = [
    "CannotTakeError",
    "EscalationError",
    "NoResolutionError",
    "TooLateError",
    "ask_for_a_person",
    "assign",
    "claim",
    "release",
    "resolve",
]
