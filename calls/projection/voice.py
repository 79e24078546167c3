"""The agent's own voice, where Vapi asks this server for it."""

from __future__ import annotations

from calls.projection.message import StoredMessage
from calls.projection.state import CallState


def voice_request(state: CallState, _message: StoredMessage) -> None:
    """It was answered with silence: the caller heard nothing of that sentence."""
    state.silenced_count += 1
