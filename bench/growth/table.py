"""What was found, as a table; and what of it misses its aim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench.growth.ingest import LEAST_RATIO

MOST_P95_MS = 150.0


@dataclass(frozen=True)
class Line:
    """One page on both databases."""

    small: dict[str, Any]
    full: dict[str, Any]

    @property
    def misses(self) -> str:
        return ", ".join(
            words
            for words, is_so in (
                ("slow", self.full["p95_ms"] > MOST_P95_MS),
                ("more queries", self.full["queries"] > self.small["queries"]),
                ("failed", bool(self.full["failed"])),
            )
            if is_so
        )


def lines(small: list[dict[str, Any]], full: list[dict[str, Any]]) -> list[Line]:
    by_page = {one["page"]: one for one in small}
    return [Line(by_page[one["page"]], one) for one in full if one["page"] in by_page]


def table(found: list[Line], ingest: dict[str, Any]) -> str:
    """The slowest first."""
    heads = ["page", "small p50", "p95", "full p50", "p95", "queries", "missed", "slowest"]
    rows = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for one in sorted(found, key=lambda line: -line.full["p95_ms"]):
        times = [f"{each[name]:.0f} ms" for each in (one.small, one.full) for name in ("p50_ms", "p95_ms")]
        counts = f"{one.small['queries']}, {one.full['queries']}"
        rows.append("| " + " | ".join([one.full["page"], *times, counts, one.misses, one.full["slowest"]]) + " |")
    missed = sum(bool(one.misses) for one in found)
    rows += [
        "",
        f"{len(found)} pages, {missed} miss their aim (p95 {MOST_P95_MS:.0f} ms, no more queries).",
    ]
    rates = f"{ingest['empty']:.0f} events a second on the empty database, {ingest['full']:.0f} on the full one"
    rows.append(f"Intake: {rates}: {ingest['ratio']:.0%} (aim {LEAST_RATIO:.0%}).")
    return "\n".join(rows)
