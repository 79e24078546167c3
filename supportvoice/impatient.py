"""Redis as whoever may go on without it asks it: given up soon, and not tried again."""

from __future__ import annotations

from functools import cache

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry


@cache
def redis_client(url: str, within_s: float, *, decode_responses: bool = False) -> Redis:
    """The same one for each process and patience. A step that takes longer than `within_s` raises RedisError."""
    return Redis.from_url(
        url,
        socket_timeout=within_s,
        socket_connect_timeout=within_s,
        retry=Retry(NoBackoff(), 0),
        decode_responses=decode_responses,
    )
