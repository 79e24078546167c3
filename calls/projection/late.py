"""Words of the agent that were overtaken when they came. Pure, and only from turns whose times are known.

**A tool's result, after the caller had gone on talking** (`tool-result`). A tool was asked for at R, its result came
at A: the times of Vapi's `tool_calls` and `tool_call_result` messages; before those come, R is the stamp of the
`tool-calls` event and A = R. Marked is the agent's first turn that begins at A or later, if a turn of the caller of at
least a second (less is a "mhm") began after R and before that turn, and began either before A, or before the agent said
anything since R. What the caller says after the agent has spoken is an answer to it, unless the tool was still at work.

**A reply to the words from before an interruption** (`old-words`). An interruption began at B, and the agent stopped at
S (else S = B): speech updates and `user-interrupted`. The caller's words of that interruption are the first turn of the
caller that begins within a second of B to S and ends after B. Marked is an agent's turn that begins after S, and while
those words were still being spoken: it cannot be a reply to them.
"""

from __future__ import annotations

from typing import NamedTuple

from calls.models import Turn
from calls.projection.speech import interruptions
from calls.projection.state import CallState, Overlap, ToolTime
from calls.projection.tool_times import tool_times
from calls.projection.turns import AGENT, CALLER

BACK_CHANNEL_MS = 1000
SAME_WORDS_MS = 1000


class Late(NamedTuple):
    kind: str
    detail: str


class Spoken(NamedTuple):
    position: int
    began_ms: int
    ended_ms: int


ON_TIME = Late("", "")


def late_turns(state: CallState) -> list[Late]:
    """One for each turn of the state."""
    found = [ON_TIME] * len(state.turns)
    tools, overlaps = tool_times(state), interruptions(state)
    if not tools and not overlaps:
        return found
    agent, caller = _spoken(state, AGENT), _spoken(state, CALLER)
    for tool in tools:
        if (spoken := _overtaken_result(tool, agent, caller)) is not None:
            found[spoken.position] = Late(Turn.Late.TOOL_RESULT, tool.name)
    for overlap in overlaps:
        if (words := _interrupting(overlap, caller)) and (reply := _reply_during(words, overlap, agent)):
            found[reply.position] = Late(Turn.Late.OLD_WORDS, str(words.ended_ms - reply.began_ms))
    return found


def _spoken(state: CallState, role: str) -> list[Spoken]:
    turns = [
        Spoken(position, turn.started_ms, turn.ended_ms)
        for position, turn in enumerate(state.turns)
        if turn.role == role and turn.started_ms is not None and turn.ended_ms is not None
    ]
    return sorted(turns, key=lambda turn: turn.began_ms)


def _overtaken_result(tool: ToolTime, agent: list[Spoken], caller: list[Spoken]) -> Spoken | None:
    asked_ms = tool.requested_ms
    answered_ms = asked_ms if tool.answered_ms is None else tool.answered_ms
    result = next((turn for turn in agent if turn.began_ms >= answered_ms), None)
    if result is None:
        return None
    since = next((turn.began_ms for turn in agent if turn.ended_ms > asked_ms), result.began_ms)
    until_ms = min(max(since, answered_ms), result.began_ms)
    went_on = any(
        asked_ms < turn.began_ms < until_ms and turn.ended_ms - turn.began_ms >= BACK_CHANNEL_MS for turn in caller
    )
    return result if went_on else None


def _interrupting(overlap: Overlap, caller: list[Spoken]) -> Spoken | None:
    earliest_ms, latest_ms = overlap.began_ms - SAME_WORDS_MS, _silent_ms(overlap) + SAME_WORDS_MS
    return next(
        (turn for turn in caller if earliest_ms <= turn.began_ms <= latest_ms and turn.ended_ms > overlap.began_ms),
        None,
    )


def _reply_during(words: Spoken, overlap: Overlap, agent: list[Spoken]) -> Spoken | None:
    silent_ms = max(words.began_ms, _silent_ms(overlap))
    return next((turn for turn in agent if silent_ms < turn.began_ms < words.ended_ms), None)


def _silent_ms(overlap: Overlap) -> int:
    return overlap.began_ms if overlap.stopped_ms is None else overlap.stopped_ms
