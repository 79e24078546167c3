"""uvicorn's protocol, with an answer's head and body in one write: `supportvoice/web_worker.py` has it.

uvicorn writes them one after the other, and each is a system call; for a webhook's answer that is one too many.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

GATHERED_BYTES = 64 * 1024


class Protocol(HttpToolsProtocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(OneWrite(transport, self.loop))


class OneWrite(asyncio.Transport):
    """What is written in one turn of the loop goes out at its end, or when it is much."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._call_soon = loop.call_soon
        self._gathered: list[bytes] = []
        self._bytes = 0

    def write(self, data: Any) -> None:
        if not self._gathered:
            self._call_soon(self._flush)
        self._gathered.append(data)
        self._bytes += len(data)
        if self._bytes > GATHERED_BYTES:
            self._flush()

    def _flush(self) -> None:
        gathered = b"".join(self._gathered)
        self._gathered.clear()
        self._bytes = 0
        if gathered and not self._transport.is_closing():  # the other end may have gone in this turn
            self._transport.write(gathered)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._flush()
        self._transport.set_protocol(protocol)

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()
