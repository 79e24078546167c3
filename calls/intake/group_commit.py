"""Many deliveries, one commit: whatever gathered while the last commit ran goes into the next.

Where only one came, it does not wait for more. Where they come one after another, each commit gathers for a moment:
an event alone costs this process and PostgreSQL some 590 µs, one of four 165, one of sixteen 68.

A row is committed when `store` returns, and not before.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from calls.intake import tally
from calls.intake.inbox import EventRows, repeated, statements
from calls.intake.patience import Patience

# Two: one gathers while the other's batch is made durable.
FLUSHERS = 2
GATHERED_FOR_S = 0.005
MOST_WAITING = 4_000
ENOUGH_ROWS = 64
MOST_ROWS = 256
MOST_BYTES = 1024 * 1024
CONNECTION_WITHIN_S = 3.0
# The pool doubles its pauses up to five minutes. Given up sooner, each delivery that has none makes it try anew.
RECONNECTS_FOR_S = 2.0
# Vapi waits for 20 s; a sender who is told earlier comes back earlier.
STORED_WITHIN_S = 8.0
DRAINED_WITHIN_S = 5.0

log = logging.getLogger(__name__)


class FullError(Exception):
    """More waits than can be stored soon."""


class NotStoredError(Exception):
    """The database is away, refuses the row or takes too long. Nothing says that it will not be there yet."""


@dataclass(slots=True, eq=False)
class _Waiting:
    rows: EventRows
    stored: asyncio.Future[None]


class GroupCommit:
    """Belongs to one event loop. `parameters` tells how to connect, when it is opened."""

    def __init__(self, parameters: Callable[[], dict[str, Any]]) -> None:
        self._parameters = parameters
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pool: AsyncConnectionPool[Any] | None = None
        self._queue: deque[_Waiting] = deque()
        self._patience = Patience[_Waiting](STORED_WITHIN_S, _fail_one)
        self._work = asyncio.Event()
        self._gathering = asyncio.Lock()
        self._in_company = False  # whether the last batch had more than one
        self._closing = False
        self._flushers: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Does not wait for the database."""
        self._pool = AsyncConnectionPool(
            kwargs=self._parameters(),
            min_size=1,
            max_size=FLUSHERS,
            timeout=CONNECTION_WITHIN_S,
            reconnect_timeout=RECONNECTS_FOR_S,
            open=False,
        )
        await self._pool.open()
        self._loop = asyncio.get_running_loop()
        self._flushers = [asyncio.create_task(self._flush(self._pool)) for _ in range(FLUSHERS)]

    async def close(self) -> None:
        """Takes nothing more, commits what waits, then stops."""
        self._closing = True
        self._work.set()
        if self._flushers:
            _, late = await asyncio.wait(self._flushers, timeout=DRAINED_WITHIN_S)
            for flusher in late:
                flusher.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        _fail(self._queue)
        if self._pool is not None:
            await self._pool.close()

    @property
    def waiting(self) -> int:
        return len(self._queue)

    async def store(self, rows: EventRows) -> None:
        """Returns when it is committed. Raises FullError, NotStoredError."""
        if self._closing or self._loop is None:
            raise NotStoredError
        if len(self._queue) >= MOST_WAITING:
            raise FullError
        one = _Waiting(rows, self._loop.create_future())
        self._queue.append(one)
        self._work.set()
        self._patience.begin(one)
        try:
            await one.stored
        finally:
            self._patience.end(one)

    async def write(self, statement: LiteralString, parameters: Sequence[Any]) -> None:
        """One row of another kind, by itself. What goes wrong is logged."""
        try:
            if self._pool is not None:
                async with self._pool.connection() as connection:
                    await connection.execute(statement, parameters)
        except psycopg.Error as error:
            log.warning("not written down: %s", type(error).__name__)

    async def _flush(self, pool: AsyncConnectionPool[Any]) -> None:
        """Nothing ends it but `close`: who waits is told what went wrong, and the next batch is taken."""
        while batch := await self._next():
            began, waiting = time.monotonic(), self.waiting
            try:
                if await _store_all(pool, batch):
                    tally.committed(rows=len(batch), took_s=time.monotonic() - began, waiting=waiting)
            except Exception:
                log.exception("a batch of %s events was not stored", len(batch))
            finally:
                _fail(batch)

    async def _next(self) -> list[_Waiting]:
        """Empty where it is closing and nothing is left."""
        async with self._gathering:
            while not self._queue and not self._closing:
                self._work.clear()
                await self._work.wait()
            if self._in_company and not self._closing and len(self._queue) < ENOUGH_ROWS:
                await asyncio.sleep(GATHERED_FOR_S)
            batch = self._gathered()
        self._in_company = len(batch) > 1
        return batch

    def _gathered(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        size = 0
        while self._queue and len(batch) < MOST_ROWS and (not batch or size < MOST_BYTES):
            batch.append(self._queue.popleft())
            size += batch[-1].rows.stored_bytes
        return batch


async def _store_all(pool: AsyncConnectionPool[Any], batch: list[_Waiting]) -> bool:
    """Whether they were committed together. A row that PostgreSQL will not have takes no other with it."""
    try:
        await _commit(pool, [one.rows for one in batch])
    except PoolTimeout:
        log.error("no connection for %s events", len(batch))
    except psycopg.Error as error:
        log.warning("a batch of %s events is stored one by one: %s", len(batch), type(error).__name__)
        if isinstance(error, psycopg.OperationalError):
            await pool.check()  # throws out what a database restart left behind
        await _one_by_one(pool, batch)
    else:
        _succeed(batch)
        return True
    return False


async def _one_by_one(pool: AsyncConnectionPool[Any], batch: list[_Waiting]) -> None:
    for one in batch:
        try:
            await _commit(pool, [one.rows])
        except PoolTimeout:
            log.error("no connection")
            return  # nor is there one for the rest
        except psycopg.OperationalError as error:
            log.error("event not stored: %s", type(error).__name__)
            return
        except psycopg.Error as error:
            log.error("event not stored: %s", type(error).__name__)
        else:
            _succeed([one])


async def _commit(pool: AsyncConnectionPool[Any], batch: Sequence[EventRows]) -> None:
    """Most batches are one statement, and one statement is a transaction: BEGIN and COMMIT would be two more trips."""
    to_run = statements(batch)
    async with pool.connection() as connection, connection.transaction() if len(to_run) > 1 else nullcontext():
        for statement, columns in to_run:
            inserted = (await connection.execute(statement, columns)).rowcount
    tally.repeated(repeated(batch, inserted))


def _succeed(batch: Iterable[_Waiting]) -> None:
    for one in _who_still_wait(batch):
        one.stored.set_result(None)


def _fail(batch: Iterable[_Waiting]) -> None:
    for one in _who_still_wait(batch):
        one.stored.set_exception(NotStoredError())


def _fail_one(one: _Waiting) -> None:
    _fail([one])


def _who_still_wait(batch: Iterable[_Waiting]) -> list[_Waiting]:
    """Whoever has hung up or has been told already is left alone."""
    return [one for one in batch if not one.stored.done()]
