"""An answer is one write, and reads as it did; real uvicorn on a real socket where it matters."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import uvicorn

from supportvoice.one_write import GATHERED_BYTES, OneWrite, Protocol
from tests.stack import wait_until

LONG = b"x" * (3 * GATHERED_BYTES)


class Recorded(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[bytes | str] = []
        self.is_lost = False

    def is_closing(self) -> bool:
        return self.is_lost

    def write(self, data: Any) -> None:
        self.said.append(bytes(data))

    def close(self) -> None:
        self.said.append("closed")


def said(scene: Callable[[OneWrite], Awaitable[None]], transport: Recorded | None = None) -> list[bytes | str]:
    transport = transport or Recorded()

    async def played() -> None:
        await scene(OneWrite(transport, asyncio.get_running_loop()))
        await asyncio.sleep(0)

    asyncio.run(played())
    return transport.said


def test_head_and_body_are_one_write() -> None:
    async def scene(transport: OneWrite) -> None:
        transport.write(b"head")
        transport.write(b"body")

    assert said(scene) == [b"headbody"]


def test_what_comes_later_is_not_waited_for() -> None:
    async def scene(transport: OneWrite) -> None:
        transport.write(b"head")
        await asyncio.sleep(0.01)
        transport.write(b"body")

    assert said(scene) == [b"head", b"body"]


def test_much_is_not_gathered() -> None:
    async def scene(transport: OneWrite) -> None:
        transport.write(b"head")
        transport.write(LONG)
        transport.write(b"end")

    assert said(scene) == [b"head" + LONG, b"end"]


def test_what_was_written_goes_out_before_the_connection_closes() -> None:
    async def scene(transport: OneWrite) -> None:
        transport.write(b"last")
        transport.close()

    assert said(scene) == [b"last", "closed"]


def test_to_who_hung_up_in_the_same_turn_nothing_is_written() -> None:
    recorded = Recorded()

    async def scene(transport: OneWrite) -> None:
        transport.write(b"head")
        recorded.is_lost = True

    assert said(scene, recorded) == []


async def application(scope: Any, receive: Any, send: Any) -> None:
    """`/long` in one piece, anything else in chunks without a length."""
    body = [LONG] if scope["path"] == "/long" else [b"a", b"b", LONG, b"c"]
    headers = [(b"content-length", str(len(LONG)).encode())] if scope["path"] == "/long" else []
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for part in body:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def test_over_uvicorn_answers_arrive_whole_and_the_connection_is_kept() -> None:
    made: list[OneWrite] = []

    class Watched(Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            assert isinstance(self.transport, OneWrite)
            made.append(self.transport)

    async def scene() -> list[tuple[int, bytes]]:
        config = uvicorn.Config(application, port=0, http=Watched, ws="none", log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        await asyncio.to_thread(wait_until, lambda: server.started, 10, what="uvicorn")
        port = server.servers[0].sockets[0].getsockname()[1]
        limits = httpx.Limits(max_connections=1)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits) as client:
            answers = [await client.get(path) for path in ("/long", "/chunks", "/long")]
        server.should_exit = True
        await serving
        return [(answer.status_code, answer.content) for answer in answers]

    assert asyncio.run(scene()) == [(200, LONG), (200, b"ab" + LONG + b"c"), (200, LONG)]
    assert len(made) == 1
