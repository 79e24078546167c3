"""What follows once an event is safe: wake the projection, show the words, answer what is asked."""

from __future__ import annotations

import logging

from calls.answers import Reply, answer, safe_answer
from calls.intake import words
from calls.intake.receive import Accepted
from calls.intake.wake import wake
from calls.message import Message

log = logging.getLogger(__name__)


def after_commit(accepted: Accepted, received_ms: int) -> None:
    """Leaves the work to threads of its own: nothing here takes time or can fail the delivery."""
    if accepted.rows is not None:
        accepted.rows.mark_stored()
        wake()
    if words.is_spoken(accepted.message):
        words.hear(accepted.message, received_ms)


def reply_to(message: Message) -> Reply:
    """What Vapi gets; where answering fails, what can be said without."""
    try:
        return answer(message)
    except Exception:
        log.exception("no answer to %s", message.type)
        return safe_answer(message)
