"""A call's own clock: scenario milliseconds on one side, the wall's on the other.

Message timestamps always keep the scenario's natural durations, so a gap of 340 ms stays 340 ms at any speed.
A call placed N times faster therefore begins in the past, at now - natural duration x (1 - 1/N), and catches up
with the wall at its end: no message is sent before the moment it is stamped with.
"""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime


def wall_ms() -> float:
    return time.time() * 1000


@dataclass(slots=True)
class CallClock:
    natural_ms: float
    speed: float
    opened_ms: float = field(default_factory=wall_ms)
    at_ms: float = 0.0

    @property
    def began_ms(self) -> float:
        lead = max(0.0, 1 - 1 / self.speed)
        return self.opened_ms - self.natural_ms * lead

    def stamp(self, at_ms: float) -> int:
        # floor(x + 0.5) and not round(): a gap of whole milliseconds must stay exact.
        return math.floor(self.began_ms) + math.floor(at_ms + 0.5)

    def iso(self, at_ms: float) -> str:
        return iso(self.stamp(at_ms))

    def advance(self, ms: float) -> None:
        self.at_ms += ms

    async def until(self, at_ms: float) -> None:
        """Wait for the moment on the call's clock, and never ahead of the wall's."""
        due = max(self.opened_ms + at_ms / self.speed, float(self.stamp(at_ms)))
        wait = due - wall_ms()
        if wait > 0:
            await asyncio.sleep(wait / 1000)


def iso(epoch_ms: float) -> str:
    moment = datetime.fromtimestamp(epoch_ms / 1000, tz=UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
