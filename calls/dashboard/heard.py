"""What was heard in a call: its turns, with what happened between them where it happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calls.dashboard.latency import Latency, by_turn
from calls.models import Call, Escalation, Handover, Interruption, Report, ToolCall, Turn


@dataclass(frozen=True)
class Entry:
    """`kind` names the template that shows `it`."""

    kind: str
    it: Any
    at: datetime
    offset_s: float | None = None
    into_turn_s: float | None = None
    latency: Latency | None = None
    speaker: str = ""  # the assistant, where several speak


# At one moment: what ended the turn before stands before the next turn, what that turn caused after it.
RANK = {"interruption": 0, "handover": 1, "late": 2, "turn": 2, "tool": 3, "escalation": 4}

Happening = Interruption | ToolCall | Escalation | Handover


def heard(call: Call, turns: list[Turn], happenings: Iterable[Happening], report: Report | None = None) -> list[Entry]:
    began = call.started_at or call.began_at
    entries = [
        *_turns(turns, began, by_turn(report, turns)),
        *(_happening(it, turns, began) for it in happenings),
    ]
    return sorted(entries, key=lambda entry: (entry.at, RANK[entry.kind]))


def _happening(it: Happening, turns: list[Turn], began: datetime) -> Entry:
    if isinstance(it, ToolCall):
        return Entry("tool", it, it.requested_at, _offset(it.requested_at, began))
    if isinstance(it, Escalation):
        return Entry("escalation", it, it.created_at, _offset(it.created_at, began))
    if isinstance(it, Handover):
        return Entry("handover", it, it.at, _offset(it.at, began))
    return _interruption(it, turns, began)


def _turns(turns: list[Turn], began: datetime, latencies: dict[int, Latency]) -> Iterator[Entry]:
    """Turns keep their order even where Vapi gave no time, or times that contradict it."""
    at, several = began, len({turn.assistant for turn in turns} - {""}) > 1
    for turn in turns:
        at = max(at, turn.started_at or at)
        offset = _offset(turn.started_at, began)
        if turn.late:
            yield Entry("late", turn, at, offset)
        speaker = turn.assistant if several else ""
        yield Entry("turn", turn, at, offset, latency=latencies.get(turn.pk), speaker=speaker)


def _interruption(it: Interruption, turns: list[Turn], began: datetime) -> Entry:
    spoken = [
        turn.started_at
        for turn in turns
        if turn.role == Turn.Role.AGENT and turn.started_at and turn.started_at <= it.caller_began_at
    ]
    into = (it.caller_began_at - spoken[-1]).total_seconds() if spoken else None
    return Entry("interruption", it, it.caller_began_at, _offset(it.caller_began_at, began), into)


def _offset(at: datetime | None, began: datetime) -> float | None:
    return max((at - began).total_seconds(), 0.0) if at else None
