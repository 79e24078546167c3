"""How many requests to one CRM are under way at once, in all processes together. A process that dies frees its own."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from tickets.crm.errors import BusyError
from tickets.crm.shared import together

_TAKE = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
redis.call('PEXPIRE', KEYS[1], 120000)
return 1
"""
_alone: Counter[str] = Counter()
_lock = threading.Lock()


@contextmanager
def under_way(name: str, lasts_s: float) -> Iterator[None]:
    """Raises BusyError. `lasts_s`: how long the request may take at most; after that its place is free again."""
    ticket = uuid.uuid4().hex
    key, most, now = f"crm:{name}:running", settings.CRM_MOST_AT_ONCE, time.time()
    taken = together(
        lambda client: bool(client.eval(_TAKE, 1, key, str(now), str(now + lasts_s + 1), ticket, str(most))),
        lambda: _take_alone(name, most),
    )
    if not taken:
        raise BusyError(f"{most} requests to {name} are under way.")
    try:
        yield
    finally:
        together(lambda client: bool(client.zrem(key, ticket)), lambda: True)
        _give_back_alone(name)


def running(name: str) -> int:
    key = f"crm:{name}:running"
    return together(lambda client: int(str(client.zcount(key, time.time(), "+inf"))), lambda: _alone[name])


def _take_alone(name: str, most: int) -> bool:
    with _lock:
        if _alone[name] >= most:
            return False
        _alone[name] += 1
        return True


def _give_back_alone(name: str) -> None:
    with _lock:
        _alone[name] = max(_alone[name] - 1, 0)
