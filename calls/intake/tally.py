"""What came and what was refused, counted in Redis: from a thread of its own, once a second, never in anyone's way.

A hash of last times and one of counts a day. A field is `type:…`, `accepted:<endpoint>`, `refused:<endpoint>:<cause>`,
`repeated`, `healed:<field>`, or a bucket of a histogram. There are as many fields as message types, endpoints, causes,
fields of a call and buckets: nothing a stranger sends adds one.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache

from django.conf import settings
from redis import Redis, RedisError

from calls.intake.cause import Cause
from calls.message import Message
from supportvoice.background import Background
from supportvoice.impatient import redis_client

LAST = "tally:last"
KEPT_DAYS = 8
GIVE_UP_AFTER_S = 0.2
AT_MOST_EVERY_S = 1.0
MOST_TYPES = 300  # Vapi has some fifty; a signed sender that invents more is counted under one name
OTHER_TYPES = "type:(others)"
REPEATED = "repeated"
HEALED = "healed"
# Histograms: the upper edges of their buckets, in whole numbers (µs, rows).
EDGES = {
    "commit_seconds": (1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000),
    "commit_rows": (1, 2, 4, 8, 16, 32, 64, 128, 256),
    # As the caller waits: from the delivery to the answer. The budget of 800 ms is an edge.
    "tool_answer_seconds": (
        25_000,
        50_000,
        100_000,
        200_000,
        400_000,
        600_000,
        800_000,
        1_000_000,
        2_000_000,
        5_000_000,
    ),
    "intake_waiting": (0, 10, 50, 250, 1_000, 4_000),
}
BEYOND, SUM = "more", "sum"


def accepted(endpoint: str, message_type: str) -> None:
    tally().add(f"accepted:{endpoint}", f"type:{message_type}")


def refused(endpoint: str, cause: Cause) -> None:
    """A stranger's address is counted as the main one's: its name is not kept."""
    tally().add(f"refused:{'' if cause is Cause.UNKNOWN_ENDPOINT else endpoint}:{cause}")


def repeated(times: int) -> None:
    """Events came that were stored before."""
    if times:
        tally().add(*[REPEATED] * times)


def healed(fields: Iterable[str]) -> None:
    """What Vapi's API filled. Written at once: a command has ended before the thread has its turn."""
    for field in fields:
        tally().count(f"{HEALED}:{field}", 1)
    tally().flush()


def committed(rows: int, took_s: float, waiting: int) -> None:
    """`waiting`: events that were left for the next commit when this one began."""
    _observe("commit_seconds", round(took_s * 1e6))
    _observe("commit_rows", rows)
    _observe("intake_waiting", waiting)


def answered(message: Message) -> None:
    """Of what asks for an answer only tool calls are timed: a caller hears nothing until it is there."""
    if message.type == "tool-calls":
        _observe("tool_answer_seconds", round((time.monotonic() - message.came_s) * 1e6))


def _observe(histogram: str, value: int) -> None:
    edge = next((edge for edge in EDGES[histogram] if value <= edge), BEYOND)
    tally().count(f"{histogram}:{edge}", 1)
    tally().count(f"{histogram}:{SUM}", value)


def counts_key(day: date) -> str:
    return f"tally:{day:%Y%m%d}"


def read(days: int = 1) -> tuple[dict[str, int], dict[str, int]]:
    """Field → last time in ms, field → how often in these days. Raises RedisError."""
    pipeline = client(settings.REDIS_URL).pipeline(transaction=False)
    pipeline.hgetall(LAST)
    today = datetime.now(UTC).date()
    for number in range(days):
        pipeline.hgetall(counts_key(today - timedelta(days=number)))
    last, *counted = pipeline.execute()
    total: Counter[str] = Counter()
    for counts in counted:
        total.update({name.decode(): int(count) for name, count in counts.items()})
    return {name.decode(): int(ms) for name, ms in last.items()}, dict(total)


class Tally:
    """Keeps counting while Redis is away, and writes what has gathered when it is back."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._last_ms: dict[str, int] = {}
        self._types: set[str] = set()
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._writer: Background | None = None

    def start(self) -> None:
        self._writer = Background("tally", self.flush, AT_MOST_EVERY_S)

    def add(self, *fields: str) -> None:
        now_ms = time.time_ns() // 1_000_000
        with self._lock:
            for field in map(self._bounded, fields):
                self._counts[field] += 1
                self._last_ms[field] = now_ms
        self._wake()

    def count(self, field: str, by: int) -> None:
        """Of a field of our own, whose last time nobody asks for."""
        with self._lock:
            self._counts[field] += by
        self._wake()

    def flush(self) -> None:
        with self._writing:
            with self._lock:
                counts, last_ms = self._counts, self._last_ms
                self._counts, self._last_ms = Counter(), {}
            try:
                _write(counts, last_ms)
            except RedisError:
                with self._lock:
                    self._counts.update(counts)
                    self._last_ms = last_ms | self._last_ms
                self._wake()

    def _wake(self) -> None:
        if self._writer is not None:
            self._writer.wake()

    def _bounded(self, field: str) -> str:
        if not field.startswith("type:") or field in self._types:
            return field
        if len(self._types) >= MOST_TYPES:
            return OTHER_TYPES
        self._types.add(field)
        return field


def _write(counts: Counter[str], last_ms: dict[str, int]) -> None:
    if not counts:
        return
    key = counts_key(datetime.now(UTC).date())
    pipeline = client(settings.REDIS_URL).pipeline(transaction=True)
    if last_ms:
        pipeline.hset(LAST, items=[part for pair in last_ms.items() for part in pair])
    for field, count in counts.items():
        pipeline.hincrby(key, field, count)
    pipeline.expire(key, timedelta(days=KEPT_DAYS))
    pipeline.execute()


def client(url: str) -> Redis:
    return redis_client(url, GIVE_UP_AFTER_S)


@cache
def tally() -> Tally:
    started = Tally()
    started.start()
    return started
