"""What the processes know together of a CRM: in Redis, and in this process alone while Redis is away."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import redis
from django.conf import settings

from supportvoice.impatient import redis_client

PATIENCE_S = 0.1

T = TypeVar("T")
log = logging.getLogger(__name__)


def client(url: str) -> redis.Redis:
    return redis_client(url, PATIENCE_S, decode_responses=True)


def together(ask: Callable[[redis.Redis], T], alone: Callable[[], T]) -> T:
    """What Redis says; where it does not answer, what this process can say by itself."""
    try:
        return ask(client(settings.REDIS_URL))
    except (redis.RedisError, OSError) as error:
        log.debug("redis is away: %s", type(error).__name__)
        return alone()
