"""How the calls went, a line for each and a table for all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from sandbox.vapi.placed import Finished

COLUMNS = ("scenario", "calls", "events", "sent", "refused", "no answer", "problems", "unmet", "slowest ms")


@dataclass(slots=True)
class Row:
    calls: int = 0
    events: int = 0
    deliveries: int = 0
    refused: int = 0
    unanswered: int = 0
    problems: int = 0
    unmet: int = 0
    slowest_ms: float = 0.0

    def add(self, finished: Finished) -> None:
        tally = finished.tally
        self.calls += 1
        self.events += tally.events
        self.deliveries += tally.deliveries
        self.refused += tally.refused
        self.unanswered += tally.unanswered
        self.problems += len(tally.problems)
        self.unmet += len(finished.unmet)
        self.slowest_ms = max(self.slowest_ms, tally.slowest_ms)

    def cells(self) -> tuple[object, ...]:
        counts = (self.calls, self.events, self.deliveries, self.refused, self.unanswered, self.problems, self.unmet)
        return (*counts, round(self.slowest_ms))


@dataclass(slots=True)
class Summary:
    rows: dict[str, Row] = field(default_factory=lambda: defaultdict(Row))
    is_clean: bool = True

    def add(self, finished: Finished) -> None:
        self.rows[finished.expected["scenario"]].add(finished)
        self.is_clean = self.is_clean and finished.tally.clean

    def table(self) -> str:
        lines = [COLUMNS, *((name, *row.cells()) for name, row in sorted(self.rows.items()))]
        name_width = max(len(str(line[0])) for line in lines)
        return "\n".join(_line(line, name_width) for line in lines)


def _line(cells: tuple[object, ...], name_width: int) -> str:
    return f"{cells[0]!s:<{name_width}}" + "".join(f"{cell!s:>12}" for cell in cells[1:])


def call_line(finished: Finished) -> str:
    expected, tally = finished.expected, finished.tally
    line = (
        f"{expected['scenario']:<20} {expected['call_id']}  {tally.events:>4} events  {tally.refused:>3} refused"
        f"  slowest {tally.slowest_ms:>5.0f} ms  {expected['ended_reason']}"
    )
    silent = [f"{tally.unanswered} without an answer"] if tally.unanswered else []
    return "\n".join([line, *(f"  ! {remark}" for remark in [*silent, *tally.problems, *finished.unmet])])
