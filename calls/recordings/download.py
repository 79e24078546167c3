"""A recording as a file that is read while it arrives: nothing of it is kept on a disk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import IO, cast

from calls.vapi.client import mono_recording
from calls.vapi.errors import TooSlowError

LONGEST_S = 60.0  # below Celery's soft limit


@contextmanager
def arriving(call_id: str) -> Iterator[IO[bytes]]:
    """Raises a VapiError, also from `read`."""
    recording = mono_recording(call_id)
    with asyncio.Runner() as runner:
        sound = runner.run(recording.__aenter__())
        try:
            yield cast(IO[bytes], _Arriving(runner, sound.body))
        except BaseException as error:
            runner.run(recording.__aexit__(type(error), error, error.__traceback__))
            raise
        runner.run(recording.__aexit__(None, None, None))


class _Arriving:
    """As much of a file as `wave` needs."""

    def __init__(self, runner: asyncio.Runner, body: AsyncIterator[bytes]) -> None:
        self._runner, self._body, self._rest = runner, body, bytearray()
        self._ends_at = time.monotonic() + LONGEST_S

    def read(self, size: int) -> bytes:
        while len(self._rest) < size and (chunk := self._runner.run(self._next())):
            self._rest += chunk
        part = bytes(self._rest[:size])
        del self._rest[:size]
        return part

    async def _next(self) -> bytes:
        if time.monotonic() > self._ends_at:
            raise TooSlowError
        return await anext(self._body, b"")
