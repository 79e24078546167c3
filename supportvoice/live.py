"""What just changed, told to whoever is watching. The only user of Redis publish/subscribe.

A message is a hint that may be lost: whoever hears it looks at the database, and looks again when hearing resumes.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import weakref
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import redis
import redis.asyncio
from django.conf import settings

from supportvoice.impatient import redis_client

logger = logging.getLogger(__name__)

CHANNEL = "live"
GIVE_UP_AFTER_S = 0.2
REST_AFTER_FAILURE_S = 1.0
EVERYTHING = {"topic": "calls", "ids": None}

Listener = Callable[[dict[str, Any]], None]


def publish(topic: str, *payloads: dict[str, Any]) -> None:
    """All at once. Never raises and never holds its caller: without Redis the watchers see the change at their next
    look.
    """
    if _rest.active() or not payloads:
        return
    head = {"topic": topic, "sent_ms": time.time_ns() // 1_000_000}
    try:
        _publisher(settings.REDIS_URL).publish(CHANNEL, msgspec.json.encode([head | payload for payload in payloads]))
    except (redis.RedisError, OSError, ValueError, TypeError) as error:
        _rest.begin()
        logger.warning("live: could not publish, resting %s s: %s", REST_AFTER_FAILURE_S, error)


class _Rest:
    """After a failure nothing is tried for a moment, so that an absent Redis costs a busy process nothing."""

    def __init__(self) -> None:
        self.until = 0.0

    def active(self) -> bool:
        return time.monotonic() < self.until

    def begin(self) -> None:
        self.until = time.monotonic() + REST_AFTER_FAILURE_S


_rest = _Rest()


def _publisher(url: str) -> redis.Redis:
    return redis_client(url, GIVE_UP_AFTER_S / 2)


@contextlib.asynccontextmanager
async def subscribe(listener: Listener) -> AsyncIterator[asyncio.Event]:
    """Calls `listener` with each message while the block runs. All blocks of a process share one subscription.

    The event is set while nothing that is published can be missed.
    """
    hub = _hubs.setdefault(asyncio.get_running_loop(), _Hub())
    hub.add(listener)
    try:
        yield hub.hears
    finally:
        hub.remove(listener)


class _Hub:
    """One Redis subscription, handed on to every listener of this event loop; open only while somebody listens."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.reader: asyncio.Task[None] | None = None
        self.hears = asyncio.Event()

    def add(self, listener: Listener) -> None:
        self.listeners.add(listener)
        if self.reader is None:
            self.reader = asyncio.create_task(self._read())

    def remove(self, listener: Listener) -> None:
        self.listeners.discard(listener)
        if not self.listeners and self.reader is not None:
            self.reader.cancel()
            self.reader = None
            self.hears.clear()

    async def _read(self) -> None:
        while True:
            try:
                await self._listen()
            except (redis.RedisError, OSError) as error:
                logger.warning("live: subscription lost, trying again: %s", error)
            self.hears.clear()
            await asyncio.sleep(REST_AFTER_FAILURE_S)

    async def _listen(self) -> None:
        client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_keepalive=True, health_check_interval=15)
        async with client, client.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            async for message in pubsub.listen():
                # Also after redis-py reconnected by itself: what was said meanwhile is lost, so all may have changed.
                is_beginning = message["type"] == "subscribe"
                self._hand_on([EVERYTHING] if is_beginning else _decode(message["data"]))
                self.hears.set()

    def _hand_on(self, messages: list[dict[str, Any]]) -> None:
        for listener in tuple(self.listeners):
            for message in messages:
                listener(message)


def _decode(data: bytes) -> list[dict[str, Any]]:
    try:
        return msgspec.json.decode(data, type=list[dict[str, Any]])
    except (msgspec.MsgspecError, ValueError):
        return []


_hubs: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Hub] = weakref.WeakKeyDictionary()
