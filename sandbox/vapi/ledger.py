"""What was sent and what came back, as JSON lines: one record a delivery, one a finished call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from sandbox.vapi.sender import Answer

REPLY_LIMIT_BYTES = 20_000

Write = Callable[[dict[str, Any]], None]


@dataclass(slots=True)
class Tally:
    """The sums of one call."""

    events: int = 0
    deliveries: int = 0
    refused: int = 0
    unanswered: int = 0
    slowest_ms: float = 0.0
    problems: list[str] = field(default_factory=list)

    def count(self, attempts: list[Answer]) -> None:
        last = attempts[-1]
        self.deliveries += len(attempts)
        self.refused += last.status is not None and not last.accepted
        self.unanswered += last.status is None
        self.slowest_ms = max(self.slowest_ms, *(answer.latency_ms for answer in attempts))

    @property
    def clean(self) -> bool:
        return not (self.refused or self.unanswered or self.problems)


def delivery_record(
    about: dict[str, Any], message: dict[str, Any], copy: int, attempt: int, answer: Answer
) -> dict[str, Any]:
    """One HTTP request. `kept` says whether the receiver promises a row: partial transcripts are live only."""
    return {
        "record": "delivery",
        **about,
        "type": message["type"],
        "timestamp": message["timestamp"],
        "kept": message.get("transcriptType") != "partial",
        "copy": copy,
        "attempt": attempt,
        "status": answer.status,
        "error": answer.error,
        "latency_ms": answer.latency_ms,
        "reply": answer.body[:REPLY_LIMIT_BYTES].decode(errors="replace"),
    }


class Ledger:
    """Writes records to a file as they come; without one they go nowhere, so that a run may last for ever."""

    def __init__(self, path: Path | None = None) -> None:
        self._file = path.open("ab") if path else None

    def write(self, record: dict[str, Any]) -> None:
        if self._file:
            self._file.write(msgspec.json.encode(record) + b"\n")

    def close(self) -> None:
        if self._file:
            self._file.close()


def read(path: Path) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
