"""Tells Celery that rows wait. Coalesced, from a thread of its own, and never in anyone's way.

A wake that is lost costs a second or two: beat sends each of them again.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from celery import current_app

from supportvoice.background import Background

AT_MOST_EVERY_S = 0.1
GIVE_UP_AFTER_S = 0.2
EXPIRES_S = 10

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


@cache
def _waker(task: str) -> Waker:
    return Waker(task)


def wake(task: str) -> None:
    _waker(task).wake()
