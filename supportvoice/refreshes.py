"""Pages that fetch themselves again, because a signal said so, give way to what somebody waits for.

All viewers are told of a change at the same moment. Made all at once, their pages would take the interpreter from the
deliveries and the answers on the phone; made in turn they take a small part of it, and nobody waits noticeably longer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from django.http import HttpRequest

HEARD = "X-Heard-Ms"
"""When the signal was given (Unix, ms). Only a page that asks because of one sends it (static/app.js)."""

GIVES_WAY_FOR_S = 2.0
LOOKS_EVERY_S = 0.02


class Refreshes:
    """One at a time, and only while the process is not `busy`, unless it has given way for two seconds."""

    def __init__(self, busy: Callable[[], bool]) -> None:
        self._busy = busy
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        until = time.monotonic() + GIVES_WAY_FOR_S
        async with self._turn:
            while self._busy() and time.monotonic() < until:  # noqa: ASYNC110  nobody tells when it ends
                await asyncio.sleep(LOOKS_EVERY_S)
            yield


def is_refresh(request: HttpRequest) -> bool:
    return HEARD in request.headers
