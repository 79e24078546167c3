"""What is said, while it is said: final transcripts in fragments, then conversation updates that settle them."""

from __future__ import annotations

from calls.projection.message import StoredMessage
from calls.projection.state import CallState, SpokenTurn
from calls.projection.tool_times import from_messages
from calls.projection.turns import CALLER, LONGEST_TEXT, speaker, spoken, with_known_times


def transcript(state: CallState, message: StoredMessage) -> None:
    """A final fragment. Consecutive fragments of one role are one turn."""
    role, text = speaker(message.get("role")), message.text("transcript", LONGEST_TEXT).strip()
    final = message.text("transcriptType") in ("", "final")
    if role is None or not text or not final or state.clean or message.ms < state.settled_ms:
        return
    last, name = state.turns[-1] if state.turns else None, message.text("assistantName", 200)
    fragments_follow = len(state.turns) > state.settled_turns
    is_another = last is None or (last.role, last.assistant or name) != (role, name or last.assistant)
    if last is None or is_another or not (fragments_follow or last.text.endswith(text)):
        state.turns.append(SpokenTurn(role, text, _began_ms(state, role, message.ms), message.ms, name))
    elif fragments_follow:
        last.text, last.ended_ms = f"{last.text} {text}"[:LONGEST_TEXT], message.ms
    # else: the conversation update that contains this fragment overtook it.


def _began_ms(state: CallState, role: str, ms: int) -> int:
    """A final is stamped at its end; the speech update says when that speech began."""
    began = (state.caller if role == CALLER else state.agent).began_ms
    spoken_before = max((turn.ended_ms or 0 for turn in state.turns if turn.role == role), default=0)
    return began if began is not None and spoken_before <= began <= ms else ms


def conversation_update(state: CallState, message: StoredMessage) -> None:
    """The whole history so far: it replaces what was known up to its stamp."""
    lists = ("messages", "conversation", "messagesOpenAIFormatted")
    turns = next(filter(None, (spoken(message.list(name)) for name in lists)), None)
    if turns is None or state.clean or message.ms < state.settled_ms:
        return
    later = [turn for turn in state.turns[state.settled_turns :] if (turn.ended_ms or 0) > message.ms]
    settled = with_known_times(turns, state.turns, otherwise=message.ms)
    state.turns, state.settled_turns, state.settled_ms = settled + later, len(settled), message.ms
    state.tool_times = from_messages(message.list("messages")) or state.tool_times
