"""How long the caller waited for the first word, and what the time went into, as the report has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from calls.models import Report, Turn

STAGES = {
    "endpointing": "endpointingLatency",
    "transcriber": "transcriberLatency",
    "model": "modelLatency",
    "voice": "voiceLatency",
}
BAR_MS = 2_500
BAR_UNITS = 1_000


@dataclass(frozen=True)
class Stage:
    name: str
    ms: int
    x: int
    width: int


@dataclass(frozen=True)
class Latency:
    total_ms: int
    stages: list[Stage]


def latencies(report: Report | None) -> list[Latency]:
    """Vapi's entries, each total with its stages; what the stages leave over is said to be unexplained."""
    entries = report.turn_latencies if report and isinstance(report.turn_latencies, list) else []
    return [_latency(entry) for entry in entries if isinstance(entry, dict) and _ms(entry.get("turnLatency"))]


def _latency(entry: dict[str, Any]) -> Latency:
    total_ms = _ms(entry["turnLatency"])
    parts = {name: _ms(entry.get(field)) for name, field in STAGES.items()}
    parts["unexplained"] = max(total_ms - sum(parts.values()), 0)
    return Latency(total_ms, list(_stages(parts)))


def _stages(parts: dict[str, int]) -> Iterator[Stage]:
    x = 0
    for name, ms in parts.items():
        width = min(ms * BAR_UNITS // BAR_MS, BAR_UNITS - x)
        yield Stage(name, ms, x, width)
        x += width


def by_turn(report: Report | None, turns: list[Turn]) -> dict[int, Latency]:
    """Latency by turn id. Vapi does not say which turn an entry is of, so they are matched only where they pair up."""
    measured, answering = latencies(report), answers(turns)
    if len(measured) != len(answering):
        return {}
    return {turn.pk: latency for turn, latency in zip(answering, measured, strict=True)}


def answers(turns: list[Turn]) -> list[Turn]:
    """The agent's turns that answer the caller, which are what Vapi measures."""
    return [
        after for before, after in pairwise(turns) if (before.role, after.role) == (Turn.Role.CALLER, Turn.Role.AGENT)
    ]


def _ms(value: object) -> int:
    return max(round(value), 0) if isinstance(value, int | float) and abs(value) < 1e9 else 0
