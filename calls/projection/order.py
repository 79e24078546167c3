"""What comes before what within one call. Arrival never decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calls.message import FROM_API

if TYPE_CHECKING:
    from calls.projection.message import StoredMessage
    from calls.projection.state import Place

FINAL_TRANSCRIPT = 'transcript[transcriptType="final"]'
_ANY_OTHER = 50
# Decides only between events of one millisecond. Finals come before the conversation update that contains them,
# an agent's stop before the caller's start that then interrupts nobody, and the report after everything.
_RANKS = {
    "assistant-request": 0,
    "assistant.started": 1,
    "status-update scheduled": 2,
    "status-update queued": 3,
    "status-update ringing": 4,
    "status-update in-progress": 5,
    "speech-update stopped": 20,
    "speech-update started": 21,
    "user-interrupted": 22,
    "transcript": 30,
    FINAL_TRANSCRIPT: 30,
    "conversation-update": 40,
    "status-update ended": 90,
    "end-of-call-report": 99,
    FROM_API: 100,
}


def place(message: StoredMessage) -> Place:
    return (message.ms, _rank(message), str(message.id))


def _rank(message: StoredMessage) -> int:
    rank = _RANKS.get(message.type)
    return _RANKS.get(f"{message.type} {message.text('status')}", _ANY_OTHER) if rank is None else rank
