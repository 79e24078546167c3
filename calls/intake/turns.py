"""Whose delivery is next: what somebody waits for goes first, what only has to be kept gives way.

A delivery takes the event loop for some 0.2 ms, a long report for 10. Where more come than it can take, a question that
waited behind all that came before it would be answered too late for the phone.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque

from calls.intake.message_types import WANTS_REPLY

# Vapi writes the type among the first fields, before those that are repeated in every message.
TYPE_WITHIN_BYTES = 512
# The agent waits for an answer, the viewer of a call for its words.
WAITED_FOR = b"|".join(re.escape(kind.encode()) for kind in sorted({*WANTS_REPLY, "transcript"}))
OF_A_TYPE_WAITED_FOR = re.compile(rb'"type"\s*:\s*"(?:%s)' % WAITED_FOR)
# What is taken between two looks at what else has come; and what a body counts for, however short it is.
AT_ONCE_BYTES = 128 * 1024
LEAST_BYTES = 4 * 1024


def is_waited_for(body: bytes) -> bool:
    """A guess before the body is verified or read: it decides the order and nothing else."""
    return OF_A_TYPE_WAITED_FOR.search(body, 0, TYPE_WITHIN_BYTES) is not None


class Turns:
    """Belongs to one event loop. Who gives way has its turn in the order of coming."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[asyncio.Future[None], int]] = deque()
        self._left_bytes = AT_ONCE_BYTES

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def next(self, size_bytes: int) -> asyncio.Future[None] | None:
        """The turn to be awaited; None where little else is being taken, and it is now."""
        if self._left_bytes > 0:
            if self._left_bytes == AT_ONCE_BYTES:
                loop = asyncio.get_running_loop()
                loop.call_soon(self._next_round, loop)
            self._take(size_bytes)
            return None
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((turn, size_bytes))
        return turn

    def _next_round(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop has been round: what came meanwhile has been read, and what is waited for was taken."""
        self._left_bytes = AT_ONCE_BYTES
        while self._waiting and self._left_bytes > 0:
            turn, size_bytes = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                self._take(size_bytes)
        if self._left_bytes < AT_ONCE_BYTES:
            loop.call_soon(self._next_round, loop)

    def _take(self, size_bytes: int) -> None:
        self._left_bytes -= max(size_bytes, LEAST_BYTES)
