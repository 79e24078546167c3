"""Tells Celery that rows wait. Coalesced, from a thread of its own, and never in anyone's way.

A wake that is lost costs a second or two: beat sends each of them again. One that is not needed costs Celery more than
what it wakes for: whoever looks for such rows until there are none says so meanwhile, and is left alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import redis
from celery import current_app
from django.conf import settings

from supportvoice.background import Background
from supportvoice.impatient import redis_client

AT_MOST_EVERY_S = 0.1
GIVE_UP_AFTER_S = 0.2
EXPIRES_S = 10
AWAY = (redis.RedisError, OSError)

log = logging.getLogger(__name__)


class Waker:
    """Any number of `wake()` calls within a tenth of a second become one message."""

    def __init__(self, task: str) -> None:
        self._task = task
        self._connection: Any = None
        self._sending = Background(f"wake-{task}", self._send, AT_MOST_EVERY_S)

    def wake(self) -> None:
        self._sending.wake()

    def _send(self) -> None:
        if is_awake(self._task):
            return
        try:
            self._connection = self._connection or impatient_connection()
            current_app.send_task(self._task, connection=self._connection, retry=False, expires=EXPIRES_S)
        except Exception as error:  # whatever is wrong with the broker, beat wakes a second later
            self._connection = None
            log.debug("wake not sent: %s", type(error).__name__)


def impatient_connection() -> Any:
    """To the broker, giving up soon: the default would hold the caller while Redis is away."""
    patience = {"socket_timeout": GIVE_UP_AFTER_S, "socket_connect_timeout": GIVE_UP_AFTER_S}
    return current_app.connection_for_write(transport_options={**current_app.conf.broker_transport_options, **patience})


@contextmanager
def awake(task: str, at_most_s: float) -> Iterator[None]:
    """Nobody wakes it meanwhile. It looks once more after the block: for what came while wakes were not sent."""
    with suppress(*AWAY):
        _redis().set(_key(task), 1, px=round(at_most_s * 1000))
    try:
        yield
    finally:
        with suppress(*AWAY):
            _redis().delete(_key(task))


def is_awake(task: str) -> bool:
    try:
        return bool(_redis().exists(_key(task)))
    except AWAY:
        return False


def _key(task: str) -> str:
    return f"awake:{task}"


def _redis() -> redis.Redis:
    return redis_client(settings.REDIS_URL, GIVE_UP_AFTER_S)


@cache
def _waker(task: str) -> Waker:
    return Waker(task)


def wake(task: str) -> None:
    _waker(task).wake()
