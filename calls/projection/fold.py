"""Events into state. Pure: no database, no clock; the same events give the same state in whatever batches they come."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from calls.message import FROM_API
from calls.projection import from_api, handovers, report, speech, status, tool_times, unheard, voice, words
from calls.projection.message import StoredMessage
from calls.projection.order import FINAL_TRANSCRIPT
from calls.projection.parties import note_parties
from calls.projection.state import CallState, copy

log = logging.getLogger(__name__)

Handler = Callable[[CallState, StoredMessage], None]

# A type that is not here leaves its time and the parties, nothing else.
HANDLERS: dict[str, Handler] = {
    "status-update": status.status_update,
    "hang": status.hang,
    "transcript": words.transcript,
    FINAL_TRANSCRIPT: words.transcript,
    "conversation-update": words.conversation_update,
    "speech-update": speech.speech_update,
    "tool-calls": tool_times.tool_calls,
    "user-interrupted": speech.user_interrupted,
    "voice-request": voice.voice_request,
    "transfer-update": handovers.transfer_update,
    "assistant.speechStarted": unheard.speech_started,
    "end-of-call-report": report.end_of_call_report,
    FROM_API: from_api.call_from_api,
}


class Folded(NamedTuple):
    state: CallState
    failed: dict[UUID, str]


def advance(state: CallState, fresh: Sequence[StoredMessage], stored: Callable[[], Sequence[StoredMessage]]) -> Folded:
    """The state after `fresh`. Where one of them comes before what is applied, all that is `stored` is folded anew."""
    if not comes_late(state, fresh):
        return fold(state, fresh)
    everything = stored()
    if some_are_gone(state, {message.id for message in everything}):
        return fold(state, fresh)
    return fold(CallState(), everything)


def comes_late(state: CallState, fresh: Iterable[StoredMessage]) -> bool:
    """Before something that is applied."""
    return state.last is not None and any(message.place <= state.last for message in fresh)


def fold(state: CallState, messages: Iterable[StoredMessage]) -> Folded:
    """The state given is left as it is. An event that cannot be applied is left out and named."""
    unique = {message.id: message for message in messages}
    ordered = sorted(unique.values(), key=lambda message: message.place)
    folded = copy(state)
    try:
        for message in ordered:
            apply(folded, message)
    except Exception:  # found and reported one by one
        return _fold_one_by_one(state, ordered)
    return Folded(folded, {})


def apply(state: CallState, message: StoredMessage) -> None:
    if message.type != FROM_API:  # which keeps to itself
        note_parties(state, message)
        state.last_event_ms = max(state.last_event_ms, message.ms)
    if handler := HANDLERS.get(message.type):
        handler(state, message)
    status.note_speech(state, message)
    state.applied += 1
    state.first = min(state.first or message.place, message.place)
    state.last = max(state.last or message.place, message.place)


def _fold_one_by_one(state: CallState, ordered: Iterable[StoredMessage]) -> Folded:
    failed = {}
    for message in ordered:
        attempt = copy(state)
        try:
            apply(attempt, message)
        except Exception as error:
            log.exception("event %s (%s) cannot be applied", message.id, message.type)
            failed[message.id] = f"{type(error).__name__}: {error}"
        else:
            state = attempt
    return Folded(state, failed)


def some_are_gone(state: CallState, stored: Collection[UUID]) -> bool:
    """Retention drops the oldest first: a call that has lost events cannot be folded anew."""
    return len(stored) < state.applied or (state.first is not None and UUID(state.first[2]) not in stored)
