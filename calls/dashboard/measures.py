"""The figures beside one call, each from rows or from Vapi's report."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from calls.dashboard.latency import Latency, latencies
from calls.models import Call, Interruption, Report, ToolCall

COST_PARTS = {
    "transport": "phone line",
    "stt": "transcriber",
    "llm": "model",
    "tts": "voice",
    "vapi": "Vapi",
    "chat": "chat",
}


@dataclass(frozen=True)
class Measures:
    first_words: list[Latency]
    first_word_p50_ms: int | None
    first_word_p95_ms: int | None
    stops_ms: list[int]
    interruptions: int
    tools: int
    tools_failed: int
    slowest_tool_ms: int | None
    cost_usd: Decimal | None
    cost_parts: list[tuple[str, Decimal]]
    events: int


def measures(
    call: Call, report: Report | None, interruptions: list[Interruption], tools: list[ToolCall], events: int
) -> Measures:
    measured = latencies(report)
    totals = sorted(latency.total_ms for latency in measured)
    return Measures(
        first_words=measured,
        first_word_p50_ms=percentile(totals, 50),
        first_word_p95_ms=percentile(totals, 95),
        stops_ms=[one.gap_ms for one in interruptions if one.gap_ms is not None],
        interruptions=len(interruptions),
        tools=len(tools),
        tools_failed=sum(tool.state == ToolCall.State.FAILED for tool in tools),
        slowest_tool_ms=max((tool.duration_ms for tool in tools if tool.duration_ms is not None), default=None),
        cost_usd=call.cost_usd,
        cost_parts=cost_parts(report.cost_breakdown if report else None),
        events=events,
    )


def percentile(ordered: list[int], per_cent: int) -> int | None:
    """Nearest rank: always a value that was really measured."""
    return ordered[math.ceil(len(ordered) * per_cent / 100) - 1] if ordered else None


def cost_parts(breakdown: Any) -> list[tuple[str, Decimal]]:
    if not isinstance(breakdown, dict):
        return []
    parts = ((name, usd(breakdown.get(key))) for key, name in COST_PARTS.items())
    return [(name, cost) for name, cost in parts if cost]


def usd(value: object) -> Decimal | None:
    """Of whatever JSON had there."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        cost = Decimal(str(value))
    except InvalidOperation:
        return None
    return cost if cost.is_finite() and abs(cost) < 1_000_000 else None
