"""Tells Celery that events wait. Coalesced, from a thread of its own, and never in anyone's way.

A wake that is lost costs a second: beat sends one each second.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import cache
from typing import Any

from celery import current_app

PROJECT_PENDING = "calls.project_pending"
AT_MOST_EVERY_S = 0.1
GIVE_UP_AFTER_S = 0.2
EXPIRES_S = 10

log = logging.getLogger(__name__)


class Waker:
    """Any number of `wake()` calls within a tenth of a second become one message."""

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._connection: Any = None
        threading.Thread(target=self._run, name="wake-projection", daemon=True).start()

    def wake(self) -> None:
        self._wanted.set()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            self._send()
            time.sleep(AT_MOST_EVERY_S)

    def _send(self) -> None:
        try:
            self._connection = self._connection or impatient_connection()
            current_app.send_task(PROJECT_PENDING, connection=self._connection, retry=False, expires=EXPIRES_S)
        except Exception as error:  # whatever is wrong with the broker, beat wakes a second later
            self._connection = None
            log.debug("wake not sent: %s", type(error).__name__)


def impatient_connection() -> Any:
    """To the broker, giving up soon: the default would hold the caller while Redis is away."""
    patience = {"socket_timeout": GIVE_UP_AFTER_S, "socket_connect_timeout": GIVE_UP_AFTER_S}
    return current_app.connection_for_write(transport_options={**current_app.conf.broker_transport_options, **patience})


@cache
def _waker() -> Waker:
    return Waker()


def wake() -> None:
    _waker().wake()
