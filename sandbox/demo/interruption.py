"""Ctrl-C and its relatives, as a question the demo asks itself between two steps."""

from __future__ import annotations

import select
import signal
import sys
import time
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
POLL_S = 0.1


class Stopped(BaseException):
    """The person asked the demo to stop."""


class Interruption:
    def __init__(self) -> None:
        self.asked = False
        self.terminal = select.poll()
        if sys.stdin.isatty():
            self.terminal.register(sys.stdin.fileno(), select.POLLHUP)
        for number in SIGNALS:
            signal.signal(number, self.note)

    def note(self, number: int, frame: FrameType | None) -> None:
        # Raising here could lose a process between its start and its entry in the roster.
        self.asked = True

    def pause(self, seconds: float = POLL_S) -> None:
        deadline = time.monotonic() + seconds
        while not self.asked and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(POLL_S, left))
        # Where make is the first process of a window that closes, the signal goes to make alone.
        if self.asked or self.terminal.poll(0):
            raise Stopped
