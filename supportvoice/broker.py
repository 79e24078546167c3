"""The broker's transport: kombu's own, whose closed channels say that their connection is gone."""

from __future__ import annotations

from typing import Any

from kombu.transport import redis
from redis.exceptions import ConnectionError as GoneError


class Channel(redis.Channel):
    """Where Valkey goes away, Celery uses channels once more that it has closed: to acknowledge, and to give back.

    kombu 5.7 answers with an AttributeError, which is no error of connections to anybody and ended the worker.
    """

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if getattr(self.connection, "client", None) is None:
            raise GoneError("The broker's connection was closed.")
        found: dict[str, Any] = super()._connparams(asynchronous=asynchronous)  # type: ignore[misc]
        return found


class Transport(redis.Transport):
    Channel = Channel
