"""What many ask for at the same time is made once for all of them: a change reaches every manager's page at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Shared(Generic[Made]):
    """Whoever asks while one is being made waits for the next one, since that one may not know of the latest change."""

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._lock = Lock()
        self._newest: tuple[float, Made] | None = None

    def get(self) -> Made:
        """Made after it was asked for. Raises what making it raises."""
        asked_s = time.monotonic()
        with self._lock:
            if self._newest is None or self._newest[0] <= asked_s:
                began_s = time.monotonic()
                self._newest = (began_s, self._make())
            return self._newest[1]
