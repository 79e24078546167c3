"""Connections are shared evenly among the web server's processes, and many come in by one round of the loop.

All processes listen on one socket. Whichever wakes first would take who comes: of 256 connections one of two processes
had 176, and was busy while the other one waited. uvloop, besides, takes one connection in a round, and in a round it
does all else that is there: in a burst a tool call waited in the kernel's queue for seconds.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import mmap
import socket
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from uvicorn.server import Server

AT_ONCE = 16
# One that has its share leaves whoever comes to the others for so long: they may be busy, or about to end.
LEAVES_FOR_S = 0.01
# Where files or memory have run out, as asyncio does.
RESTS_FOR_S = 1.0
OUT_OF = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
MOST_PROCESSES = 128
NOBODY = -1

log = logging.getLogger(__name__)


class Shares:
    """How many connections each process has. Made before they part; each sees what the others write."""

    def __init__(self) -> None:
        self._counts = memoryview(mmap.mmap(-1, MOST_PROCESSES * 4)).cast("i")
        for number in range(MOST_PROCESSES):
            self._counts[number] = NOBODY

    def join(self) -> int:
        """The number of a process that is about to part, by whoever starts and ends all of them."""
        number = self._counts.tolist().index(NOBODY)
        self._counts[number] = 0
        return number

    def leave(self, number: int) -> None:
        self._counts[number] = NOBODY

    def has_more(self, number: int, count: int) -> bool:
        """Whether some other process has fewer. Notes how many this one has."""
        self._counts[number] = count
        return min(other for other in self._counts.tolist() if other != NOBODY) < count


class Accepting:
    """In place of a server of the event loop. `connections`: those that are open."""

    def __init__(
        self,
        listening: socket.socket,
        make: Callable[[], asyncio.Protocol],
        connections: Collection[Any],
        has_more: Callable[[int], bool],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._listening, self._make, self._connections, self._has_more = listening, make, connections, has_more
        self._opening: set[asyncio.Task[Any]] = set()
        self._rest: asyncio.TimerHandle | None = None
        listening.setblocking(False)
        self._listen()

    def close(self) -> None:
        """Takes nobody more; whoever waits is left to the other processes."""
        self._loop.remove_reader(self._listening)
        if self._rest is not None:
            self._rest.cancel()

    async def wait_closed(self) -> None:
        await asyncio.gather(*self._opening, return_exceptions=True)

    def _listen(self) -> None:
        self._loop.add_reader(self._listening, self._take_share)

    def _pause(self, seconds: float, then: Callable[[], None]) -> None:
        self._loop.remove_reader(self._listening)
        self._rest = self._loop.call_later(seconds, then)

    def _take_share(self) -> None:
        for _ in range(AT_ONCE):
            if self._has_more(len(self._connections) + len(self._opening)):
                return self._pause(LEAVES_FOR_S, self._take_what_was_left)
            if not self._take():
                return None
        return None

    def _take_what_was_left(self) -> None:
        self._listen()
        for _ in range(AT_ONCE):
            if not self._take():
                break

    def _take(self) -> bool:
        """False where nobody waits any more."""
        try:
            taken, _ = self._listening.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return False
        except OSError as error:
            if error.errno not in OUT_OF:
                raise
            log.error("no connection can be taken: %s", error)
            self._pause(RESTS_FOR_S, self._listen)
            return False
        taken.setblocking(False)
        opening = self._loop.create_task(self._loop.connect_accepted_socket(self._make, taken))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)
        return True


class EvenServer(Server):
    """uvicorn's, which takes its connections so."""

    def __init__(self, config: Any, shares: Shares, number: int) -> None:
        super().__init__(config)
        self._has_more = partial(shares.has_more, number)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        connections = self.server_state.connections
        for listening in sockets or []:
            self.servers.append(Accepting(listening, self._protocol, connections, self._has_more))  # type: ignore[arg-type]

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made
