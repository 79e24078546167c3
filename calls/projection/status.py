"""Where the call stands."""

from __future__ import annotations

from calls.projection.message import StoredMessage
from calls.projection.order import FINAL_TRANSCRIPT
from calls.projection.state import CallState

IN_PROGRESS = "in-progress"
ENDED = "ended"
NOT_CONNECTED = ("", "scheduled", "queued", "ringing")
# None of these comes before the call is connected; a conversation update with the prompt alone may.
HEARD = frozenset(
    {
        "speech-update",
        "user-interrupted",
        "assistant.speechStarted",
        "tool-calls",
        "function-call",
        "transcript",
        FINAL_TRANSCRIPT,
    }
)


def status_update(state: CallState, message: StoredMessage) -> None:
    status = message.text("status", 40)
    if status == IN_PROGRESS:
        _connected(state, message.ms)
    if not status or state.status == ENDED or message.ms < state.status_ms:
        return
    state.status, state.status_ms = status, message.ms
    if status == ENDED:
        state.ended_ms = message.ms
        state.ended_reason = message.text("endedReason", 200)


def _connected(state: CallState, ms: int) -> None:
    """Once: the earliest counts, and only before the end. The report knows better still."""
    ended = state.ended_ms is not None and ms > state.ended_ms
    if state.report is None and not ended:
        state.started_ms = ms if state.started_ms is None else min(state.started_ms, ms)


def note_speech(state: CallState, message: StoredMessage) -> None:
    state.was_heard = state.was_heard or message.type in HEARD


def standing(state: CallState) -> str:
    """Vapi's own word, unless it is overtaken: an assistant may be set to send no status updates."""
    connected = state.was_heard or bool(state.turns)
    return IN_PROGRESS if connected and state.status in NOT_CONNECTED else state.status


def hang(state: CallState, _message: StoredMessage) -> None:
    """The agent did not answer in time: a warning, not the end of the call."""
    state.hang_count += 1
