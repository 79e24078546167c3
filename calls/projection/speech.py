"""Who speaks when, and whether the caller interrupted the agent.

A caller who starts while the agent speaks is a candidate. The agent's stop gives the gap. Had the caller fallen silent
again before that stop, it was a back-channel ("mhm"), unless Vapi itself says that the agent was interrupted.
"""

from __future__ import annotations

from collections.abc import Callable

from calls.projection.message import StoredMessage
from calls.projection.state import CallState, Overlap, Voice
from calls.projection.turns import AGENT, CALLER, speaker

SAME_MOMENT_MS = 300
SETTLED_AFTER_MS = 1000  # Vapi says "user-interrupted" at most this long after the agent fell silent


def speech_update(state: CallState, message: StoredMessage) -> None:
    change = _CHANGES.get((speaker(message.get("role")), message.text("status")))
    if change is not None:
        change(state, message.ms)


def user_interrupted(state: CallState, message: StoredMessage) -> None:
    """Stamped a little before or after the agent's stop; speech updates may be missing altogether."""
    known = _meant(state, message.ms) or _unheard(state, message.ms)
    known.confirmed = True


def interruptions(state: CallState) -> list[Overlap]:
    """Those that count, in the order in which they began."""
    meant = [
        overlap for overlap in state.overlaps if overlap.confirmed or not (overlap.open or overlap.caller_gave_way)
    ]
    return sorted(meant, key=lambda overlap: overlap.began_ms)


def _agent_started(state: CallState, ms: int) -> None:
    for overlap in _open(state):
        overlap.open = False  # it had stopped without a word of it
    _start(state.agent, ms)


def _agent_stopped(state: CallState, ms: int) -> None:
    for overlap in _open(state):
        overlap.open, overlap.stopped_ms = False, max(ms, overlap.began_ms)
    _stop(state.agent, ms)


def _caller_started(state: CallState, ms: int) -> None:
    if state.agent.speaking and not any(not overlap.caller_gave_way for overlap in _open(state)):
        _overlap_at(state, ms).caller_gave_way = False
    _start(state.caller, ms)


def _caller_stopped(state: CallState, ms: int) -> None:
    for overlap in _open(state):
        overlap.caller_gave_way = True
    _stop(state.caller, ms)


_CHANGES: dict[tuple[str | None, str], Callable[[CallState, int], None]] = {
    (AGENT, "started"): _agent_started,
    (AGENT, "stopped"): _agent_stopped,
    (CALLER, "started"): _caller_started,
    (CALLER, "stopped"): _caller_stopped,
}


def _start(voice: Voice, ms: int) -> None:
    voice.speaking, voice.began_ms = True, ms


def _stop(voice: Voice, ms: int) -> None:
    voice.speaking, voice.stopped_ms = False, ms


def _open(state: CallState) -> list[Overlap]:
    return [overlap for overlap in state.overlaps if overlap.open]


def _overlap_at(state: CallState, began_ms: int) -> Overlap:
    """The overlap of that moment, new or known."""
    for overlap in reversed(state.overlaps):
        if abs(overlap.began_ms - began_ms) <= SAME_MOMENT_MS:
            return overlap
    state.overlaps.append(Overlap(began_ms))
    return state.overlaps[-1]


def _meant(state: CallState, ms: int) -> Overlap | None:
    """The latest overlap, if it is what Vapi speaks of."""
    last = state.overlaps[-1] if state.overlaps else None
    if last is None or ms - last.began_ms <= SAME_MOMENT_MS:
        return last
    if last.open:
        # Without speech updates nothing ever closes one, so only the agent's own start proves that it still holds.
        return last if (state.agent.began_ms or ms) <= last.began_ms else None
    return last if last.stopped_ms is not None and ms - last.stopped_ms <= SETTLED_AFTER_MS else None


def _unheard(state: CallState, ms: int) -> Overlap:
    """An interruption of which no candidate is known, from whatever speech updates there are."""
    for overlap in _open(state):
        overlap.open = False
    began = _caller_began_ms(state, ms)
    stopped = state.agent.stopped_ms
    if state.agent.speaking or stopped is None or ms - stopped > SETTLED_AFTER_MS:
        return _overlap_at(state, began)
    overlap = _overlap_at(state, min(began, stopped))
    overlap.open = False
    if began < stopped:  # else the agent was silent before anybody said that the caller spoke: the gap is unknown
        overlap.stopped_ms = stopped
    return overlap


def _caller_began_ms(state: CallState, ms: int) -> int:
    """With the caller's speech, where it is going on, but not before the agent's own."""
    if not state.caller.speaking or state.caller.began_ms is None:
        return ms
    return max(state.caller.began_ms, state.agent.began_ms or 0)
