"""What was sent and what became of it. Latencies are milliseconds from when an event was due."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles

import msgspec

from bench.load.schedule import Due
from bench.load.talk import OPENS, PARTIAL, REPORT, TOOL_CALLS, issue, tool_call_id
from bench.placing import FOLLOWS

Key = tuple[str, int]
"""A call's id and an event's stamp, which is its own within the call."""


def quantile(values: Sequence[float], per_cent: int) -> float | None:
    """None of nothing."""
    if len(values) < 2:
        return values[0] if values else None
    return quantiles(values, n=100, method="inclusive")[per_cent - 1]


@dataclass
class History:
    """Of one run. Only what was due after `measured_from_s` counts as a latency; all of it is to be stored.

    `accepted` and `unanswered`: of what is stored at all. `turns`: how many a call has by its accepted report.
    """

    run: int
    measured_from_s: float
    sent: int = 0
    partials: int = 0
    latencies_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sending_late_ms: list[float] = field(default_factory=list)
    accepted: set[Key] = field(default_factory=set)
    unanswered: set[Key] = field(default_factory=set)
    errors: Counter[str] = field(default_factory=Counter)
    turns: dict[str, int] = field(default_factory=dict)
    tools: Counter[str] = field(default_factory=Counter)
    opened: set[str] = field(default_factory=set)

    def goes(self, due: Due, stamp_ms: int, late_ms: float) -> None:
        self.sent += 1
        if due.step.kind == PARTIAL:
            self.partials += 1
        else:
            self.unanswered.add((due.call.id, stamp_ms))
        if due.at_s >= self.measured_from_s:
            self.sending_late_ms.append(late_ms)

    def answered(self, due: Due, stamp_ms: int, status: int, body: bytes, took_ms: float) -> None:
        if due.at_s >= self.measured_from_s:
            self.latencies_ms[due.step.kind].append(took_ms)
        if status != 200:
            self.errors[f"HTTP {status} to {due.step.kind}"] += 1
            return
        if due.step.kind != PARTIAL:
            self.unanswered.discard((due.call.id, stamp_ms))
            self.accepted.add((due.call.id, stamp_ms))
        if due.step.kind == REPORT:
            self.turns[due.call.id] = len(due.call.said)
        if due.step.kind == TOOL_CALLS:
            self._tool_answered(due, body)

    def unheard(self, due: Due, why: str) -> None:
        self.errors[f"{why} to {due.step.kind}"] += 1

    def _tool_answered(self, due: Due, body: bytes) -> None:
        told = _told(body, tool_call_id(due.call, due.step.what))
        kind = "no answer" if told is None else "answered later" if told.startswith(FOLLOWS) else "answered"
        self.tools[kind] += 1
        if due.step.what == OPENS and told is not None:
            self.opened.add(issue(due.call))

    def acknowledged_ms(self) -> list[float]:
        """Of what nobody waits for."""
        return [ms for kind, all_ms in self.latencies_ms.items() if kind != TOOL_CALLS for ms in all_ms]


def _told(body: bytes, asked: str) -> str | None:
    """What the model is told; None where that is not said, or is an error."""
    try:
        results = msgspec.json.decode(body)["results"]
    except (msgspec.DecodeError, KeyError, TypeError):
        return None
    return next((str(one["result"]) for one in results if one.get("toolCallId") == asked and "result" in one), None)
