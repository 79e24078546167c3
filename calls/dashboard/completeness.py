"""How much of each day's calls is known, as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from calls.models import DayCompleteness

DAYS_SHOWN = 30
# Below it something is lost each day that nobody misses until it is needed.
WELL_PERCENT = 99.0


@dataclass(frozen=True, slots=True)
class Share:
    known: int
    of: int

    @property
    def missing(self) -> int:
        return self.of - self.known

    @property
    def percent(self) -> float:
        """Never rounded up to all."""
        return 100.0 if not self.missing else min(round(100 * self.known / self.of, 1), 99.9)

    @property
    def words(self) -> str:
        return f"{self.percent:g} %"

    @property
    def is_well(self) -> bool:
        return self.percent >= WELL_PERCENT


@dataclass(frozen=True, slots=True)
class Day:
    """`shares` in the order of the table's columns: status, transcript, report, all three."""

    counted: DayCompleteness

    @property
    def shares(self) -> Iterator[tuple[str, Share]]:
        day = self.counted
        known = (day.with_status, day.with_transcript, day.with_report, day.complete)
        yield from zip(COLUMNS, (Share(one, day.calls) for one in known), strict=True)


COLUMNS = ("Status", "Transcript", "Report", "All three")


def days() -> list[Day]:
    """The newest first, without those on which nobody called."""
    return [Day(counted) for counted in DayCompleteness.objects.filter(calls__gt=0)[:DAYS_SHOWN]]
