"""What many ask for at the same time is made once for all of them: a change reaches every manager's page at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")

# A moment is told by a clock, and clocks of two machines differ, or are set: no more than this may hang on them.
# Whoever was shown too old a one asks again at the next beat (supportvoice/streams.py).
GOOD_FOR_S = 1.0


@dataclass(frozen=True)
class _Newest(Generic[Made]):
    """Since when it was made: `began_s` by the monotonic clock, `began_ms` by the wall clock."""

    began_s: float
    began_ms: int
    made: Made

    def knows(self, heard_ms: int | None, asked_s: float) -> bool:
        if self.began_s > asked_s:
            return True
        # Which of two things in the same millisecond came first is not known.
        return heard_ms is not None and self.began_ms > heard_ms and self.began_s > asked_s - GOOD_FOR_S


class Shared(Generic[Made]):
    """Whoever asks while one is being made waits for the next one, since that one may not know of the latest change.

    Whoever says when they heard of the latest change is given any that was begun since.
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._lock = Lock()
        self._newest: _Newest[Made] | None = None

    def get(self, heard_ms: int | None = None) -> Made:
        """Made after it was asked for, or after `heard_ms` (Unix, ms) and less than a second before it was asked for.

        Raises what making it raises.
        """
        asked_s = time.monotonic()
        with self._lock:
            if self._newest is None or not self._newest.knows(heard_ms, asked_s):
                began_s, began_ms = time.monotonic(), time.time_ns() // 1_000_000
                self._newest = _Newest(began_s, began_ms, self._make())
            return self._newest.made
