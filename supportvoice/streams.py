"""The only streaming responses. None holds a database connection.

`stream`: server-sent events that say what changed, never what it changed to. It coalesces what it hears, and ends by
itself after some minutes so that the browser comes back and is asked again who it is.
`relay`: another server's answer, as its bytes come.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import msgspec
from asgiref.sync import sync_to_async
from django.db import connections
from django.http import StreamingHttpResponse

from supportvoice import live

LIFETIME_S = 600.0
BEAT_EVERY_S = 5.0
CALLS_EVERY_S = 0.5
WORDS_EVERY_S = 0.2
FIRST_SIGNAL_WITHIN_S = 0.3
MOST_WORDS_A_FRAME = 60
Frame = str
Hears = Callable[[dict[str, Any]], bool]


def everything(_: dict[str, Any]) -> bool:
    return True


async def stream(
    hears: Hears = everything, names: frozenset[str] | None = None, *, lifetime_s: float | None = None
) -> StreamingHttpResponse:
    """Server-sent events of the words and tools that `hears` accepts, and of what changed: of all calls, or of those
    among `names`.
    """
    # Who is asking was looked up in the database; kept open, each stream would hold a connection to its end.
    await sync_to_async(connections.close_all)()
    frames = _frames(Outbox(hears, names), LIFETIME_S if lifetime_s is None else lifetime_s)
    response = StreamingHttpResponse(frames, content_type="text/event-stream; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Accel-Buffering"] = "no"
    return response


class Upstream(Protocol):
    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> AsyncIterator[bytes]: ...


async def relay(opening: AbstractAsyncContextManager[Upstream]) -> StreamingHttpResponse:
    """What opening the other server's answer raises is raised here; a viewer who leaves closes it."""
    await sync_to_async(connections.close_all)()
    answer = _passed_on(opening)
    head: Upstream = await anext(answer)
    return StreamingHttpResponse(answer, status=head.status, headers={**head.headers, "X-Accel-Buffering": "no"})


async def _passed_on(opening: AbstractAsyncContextManager[Upstream]) -> AsyncIterator[Any]:
    """The head first, then the body: one generator has what is open, so that its end is the end of both."""
    async with opening as upstream:
        yield upstream
        async for chunk in upstream.body:
            yield chunk


class Outbox:
    """What one viewer is still to be told: changed ids in one set, spoken words by call, both bounded."""

    def __init__(self, hears: Hears = everything, names: frozenset[str] | None = None) -> None:
        self.hears, self.names = hears, names
        self.changed = asyncio.Event()
        self.ids: set[str] | None = None
        self.since_ms: int | None = now_ms()
        self.spoken: dict[tuple[Any, ...], dict[str, Any]] = {}
        self.due = {"calls": 0.0, "words": 0.0}

    def take(self, message: dict[str, Any]) -> None:
        """Called by the subscription for each message; must not block. What joins others that wait wakes nobody."""
        if message.get("topic") == "calls":
            self._take_ids(message)
        elif message.get("topic") in ("words", "tools") and self.hears(message):
            self._take_spoken(message)

    def _take_ids(self, message: dict[str, Any]) -> None:
        ids = message.get("ids")
        if ids is not None and self.names is not None and not (ids := self.names.intersection(ids)):
            return
        if self.since_ms is None:
            self.since_ms, self.ids = message.get("sent_ms") or now_ms(), set()
            self.changed.set()
        if self.ids is not None:
            self.ids = None if ids is None else self.ids | set(ids)

    def _take_spoken(self, message: dict[str, Any]) -> None:
        if not self.spoken:
            self.changed.set()
        key = tuple(message.get(part) for part in ("topic", "call", "role", "final", "name"))
        self.spoken.pop(key, None)
        self.spoken[key] = message
        while len(self.spoken) > MOST_WORDS_A_FRAME:
            del self.spoken[next(iter(self.spoken))]

    def waits(self) -> dict[str, float]:
        """Which kinds of frame wait to be sent, and when each may be."""
        waiting = {"calls": self.since_ms is not None, "words": bool(self.spoken)}
        return {kind: at for kind, at in self.due.items() if waiting[kind]}

    def frame(self, kind: str, now: float) -> Frame:
        if kind == "calls":
            # At the same moments for all viewers: what they then ask for is made once (calls/dashboard/shared.py).
            self.due["calls"] = (now // CALLS_EVERY_S + 1) * CALLS_EVERY_S
            ids = None if self.ids is None else sorted(self.ids)
            data: Any = {"ids": ids, "at_ms": self.since_ms, "now_ms": now_ms()}
            self.ids, self.since_ms = set(), None
        else:
            self.due["words"] = now + WORDS_EVERY_S
            data, self.spoken = list(self.spoken.values()), {}
        return event(kind, data)


async def _frames(outbox: Outbox, lifetime_s: float) -> AsyncIterator[Frame]:
    now = time.monotonic
    ends_at, next_beat = now() + lifetime_s, now()
    async with live.subscribe(outbox.take) as hears:
        yield "retry: 1000\n\n"
        # The first signal makes the browser look; a look before the subscription stands would have to be repeated.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hears.wait(), FIRST_SIGNAL_WITHIN_S)
        while now() < ends_at:
            outbox.changed.clear()
            if now() >= next_beat:
                next_beat = now() + BEAT_EVERY_S
                yield event("beat", {"now_ms": now_ms()})
            for kind, due in outbox.waits().items():
                if now() >= due:
                    yield outbox.frame(kind, now())
            await _sleep(outbox, min(next_beat, ends_at, *outbox.waits().values()) - now())


async def _sleep(outbox: Outbox, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(seconds, 0)):
            await outbox.changed.wait()


def event(name: str, data: Any) -> Frame:
    # JSON escapes line ends, so a frame is always one event however odd the words in it are.
    return f"event: {name}\ndata: {msgspec.json.encode(data).decode()}\n\n"


def now_ms() -> int:
    return time.time_ns() // 1_000_000
