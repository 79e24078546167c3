"""Ctrl-C and its relatives, as a question the demo asks itself between two steps."""

from __future__ import annotations

import signal
import time
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
POLL_S = 0.1


class Stopped(BaseException):
    """The person asked the demo to stop."""


class Interruption:
    def __init__(self) -> None:
        self.asked = False
        for number in SIGNALS:
            signal.signal(number, self.note)

    def note(self, number: int, frame: FrameType | None) -> None:
        # Raising here could lose a process between its start and its entry in the roster.
        self.asked = True

    def pause(self, seconds: float = POLL_S) -> None:
        deadline = time.monotonic() + seconds
        while not self.asked and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(POLL_S, left))
        if self.asked:
            raise Stopped
