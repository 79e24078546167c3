"""How long the row that waits longest for the projection has been due, once a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import psycopg

EVERY_S = 1.0
OLDEST_DUE = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - min(retry_at)), 0)::float8, count(*)
FROM calls_pending WHERE retry_at <= clock_timestamp()
"""


@dataclass
class Lag:
    seconds: list[float] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)

    @asynccontextmanager
    async def sampled(self, database: str, after_s: float) -> AsyncIterator[None]:
        task = asyncio.create_task(self._sample(database, after_s))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _sample(self, database: str, after_s: float) -> None:
        await asyncio.sleep(after_s)
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
            while True:
                await asyncio.sleep(EVERY_S)
                seconds, waiting = await (await connection.execute(OLDEST_DUE)).fetchone() or (0.0, 0)
                self.seconds.append(seconds)
                self.waiting.append(waiting)
