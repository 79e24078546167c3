"""Kept HTTP connections, each with one request at a time."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Any, Protocol

# Servers close what is idle for five seconds.
IDLE_AT_MOST_S = 3.0


class Owner(Protocol):
    def answered(self, connection: Connection, status: int, body: bytes) -> None: ...
    def lost(self, connection: Connection) -> None:
        """Closed by the other side, with or without a request on it."""


class Connection(asyncio.Protocol):
    """`about`: what its owner wants to know of the request when it is answered."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._received = b""
        self._transport: asyncio.Transport | None = None
        self.about: Any = None
        self.idle_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def send(self, request: bytes, about: Any) -> None:
        assert self._transport is not None  # noqa: S101  it was made before
        self.about = about
        self._transport.write(request)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        self._received = b""
        self._owner.answered(self, int(head[9:12]), body)

    def connection_lost(self, _: Exception | None) -> None:
        self._owner.lost(self)


def _length(head: bytes) -> int:
    found = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0].strip()
    return int(found or b"0")


async def connect(owner: Owner, port: int) -> Connection:
    _, made = await asyncio.get_running_loop().create_connection(lambda: Connection(owner), "127.0.0.1", port)
    return made


class Free:
    """Connections without a request. The one used last is used next, so that the others can go."""

    def __init__(self) -> None:
        self._free: deque[Connection] = deque()

    def put(self, connection: Connection) -> None:
        connection.about, connection.idle_since = None, time.monotonic()
        self._free.append(connection)

    def take(self) -> Connection | None:
        """None where a new one is to be made: whatever is here has been idle for too long, or nothing is."""
        if self._free and self._free[-1].idle_since > time.monotonic() - IDLE_AT_MOST_S:
            return self._free.pop()
        self.close()
        return None

    def drop(self, connection: Connection) -> None:
        if connection in self._free:
            self._free.remove(connection)

    def close(self) -> None:
        while self._free:
            self._free.pop().close()
