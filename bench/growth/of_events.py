"""Today's and yesterday's events, in their partitions. Older ones are in partitions that nobody inserts into."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bench.growth.copying import Table
from bench.growth.world import World
from calls.body import pack
from calls.intake import partitions
from calls.intake.event_key import HASH_BITS, first_id_at
from calls.models import Event

EVENTS_A_CALL = 30
TYPES = ("speech-update", "speech-update", "conversation-update", "transcript", "status-update", "hang")
BODIES = 400
COLUMNS = ("id", "call_id", "type", "stamped_at", "received_at", "body", "received_bytes")


def tables(world: World) -> Iterator[Table]:
    yield Table(Event, COLUMNS, _events(world))


def make_partitions(now: datetime) -> None:
    partitions.ensure(2, today=(now - timedelta(days=1)).date())


def _events(world: World) -> Iterator[tuple[Any, ...]]:
    random = world.random("events")
    bodies = [pack(" ".join(random.choices(world.speech.sentences, k=12)).encode()) for _ in range(BODIES)]
    since = (world.now - timedelta(days=1)).replace(hour=0, minute=0, second=0)
    for call in world.calls:
        if call.began >= since:
            for number in range(EVENTS_A_CALL):
                at = call.at(number * call.seconds / EVENTS_A_CALL)
                pk = first_id_at(int(at.timestamp() * 1000), random.getrandbits(HASH_BITS))
                yield pk, call.vapi_id, TYPES[number % len(TYPES)], at, at, random.choice(bodies), 14_000
