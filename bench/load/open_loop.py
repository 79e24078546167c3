"""Sends each event when it is due, however the answers fare: a slow server makes no gap in the load."""

from __future__ import annotations

import asyncio
import gc
import itertools
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from bench.load.connections import Connection, Free, connect
from bench.load.history import History
from bench.load.requests import Requests
from bench.load.schedule import Due

TICK_S = 0.002
MOST_IN_A_ROW = 8
# Made before they are due, so that in a burst the load takes as little as it can of the cores it shares.
AHEAD_S = 6.0
# As long as Vapi waits.
PATIENCE_S = 20.0
# Calls do not wait for each other on their way, so neither do these: more than ever stand open at once.
MOST_CONNECTIONS = 8_000


class Sent(NamedTuple):
    """`due_at` by `time.perf_counter`. `said`: the newest turn of the call by then."""

    due: Due
    due_at: float
    stamp_ms: int
    said: str


Watching = Callable[[Sent], None]
"""Told of each event when it goes."""


class OpenLoop:
    """For `seconds`. Belongs to one event loop."""

    def __init__(self, port: int, requests: Requests, history: History, watching: Watching = lambda _: None) -> None:
        self._port, self._requests, self._history, self._watching = port, requests, history, watching
        self._free, self._waiting = Free(), deque[tuple[bytes, Sent]]()
        self._open: set[Connection] = set()
        self._connecting: set[asyncio.Task[None]] = set()

    async def run(self, plan: Iterable[Due], seconds: float) -> None:
        gc.disable()  # what is kept here is no garbage, and looking for some is a pause that others would pay for
        began, began_ms = time.perf_counter(), time.time() * 1000
        to_come = itertools.takewhile(lambda one: one.at_s < seconds, plan)
        made = (self._make(due, began + due.at_s, round(began_ms + due.at_s * 1000)) for due in to_come)
        await self._send_when_due(made)
        await self._wait_for_the_rest()
        gc.enable()

    async def _send_when_due(self, made: Iterator[tuple[bytes, Sent]]) -> None:
        ahead = deque(itertools.islice(made, 1))
        for number in itertools.takewhile(lambda _: ahead, itertools.count()):
            now, (_, first), (_, last) = time.perf_counter(), ahead[0], ahead[-1]
            if first.due_at <= now:
                self._go(*ahead.popleft())
                ahead.extend([] if ahead else itertools.islice(made, 1))
            elif last.due_at < now + AHEAD_S and (another := next(made, None)):
                ahead.append(another)
            else:
                await asyncio.sleep(first.due_at - now)
            if not number % MOST_IN_A_ROW:
                await asyncio.sleep(0)  # one that is behind still hears the answers

    def _make(self, due: Due, due_at: float, stamp_ms: int) -> tuple[bytes, Sent]:
        due.call.began_ms = due.call.began_ms or stamp_ms
        request = self._requests.request(due.call, due.step, stamp_ms)
        return request, Sent(due, due_at, stamp_ms, due.call.said[-1].text if due.call.said else "")

    def _go(self, request: bytes, sent: Sent) -> None:
        self._watching(sent)
        self._history.goes(sent.due, sent.stamp_ms, (time.perf_counter() - sent.due_at) * 1000)
        self._waiting.append((request, sent))
        self._send()

    def _send(self) -> None:
        while self._waiting and (connection := self._free.take()):
            self._open.add(connection)
            connection.send(*self._waiting.popleft())
        most = min(len(self._waiting), MOST_CONNECTIONS - len(self._open))
        for _ in range(most - len(self._connecting)):
            task = asyncio.create_task(self._connect())
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    async def _connect(self) -> None:
        try:
            self._free.put(await connect(self, self._port))
        except OSError:
            await asyncio.sleep(0.1)
        self._send()

    async def _wait_for_the_rest(self) -> None:
        until = time.perf_counter() + PATIENCE_S
        while (self._waiting or self._open) and time.perf_counter() < until:  # noqa: ASYNC110  answers come by callback
            await asyncio.sleep(TICK_S)
        late = [sent for _, sent in self._waiting] + [connection.about for connection in self._open]
        for sent in late:
            self._history.unheard(sent.due, "no answer")
        self._free.close()

    def answered(self, connection: Connection, status: int, body: bytes) -> None:
        due, due_at, stamp_ms, _ = connection.about
        self._open.discard(connection)
        self._free.put(connection)
        self._history.answered(due, stamp_ms, status, body, (time.perf_counter() - due_at) * 1000)
        self._send()

    def lost(self, connection: Connection) -> None:
        self._free.drop(connection)
        if connection in self._open:
            self._open.discard(connection)
            self._history.unheard(connection.about.due, "connection lost")
