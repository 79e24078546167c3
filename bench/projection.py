"""What an event costs the projection when many calls have one at the same time: `make bench CASE=projection`.

Calls that all run at once: in each round every one of them has its next event, as with a thousand calls a tenth of a
second apart. Measured is the projection alone, taking one call a transaction (as the peer), then eight, then 64.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from bench.results import machine, write
from calls.intake.envelope import open_envelope
from calls.intake.inbox import EventRows, event_rows
from calls.intake.store import store
from calls.projection.run import project_pending
from calls.tests.projection.build import whole_call

TOGETHER = (1, 8, 64)
WARM_UP_CALLS = 8


@dataclass(frozen=True)
class Figures:
    """Of one number of calls that are projected together. `cpu_seconds`: of this process, without PostgreSQL's."""

    together: int
    calls: int
    events: int
    seconds: float
    cpu_seconds: float
    statements: int

    @property
    def events_a_second(self) -> float:
        return self.events / self.seconds

    @property
    def us_an_event(self) -> float:
        return self.seconds / self.events * 1e6

    @property
    def cpu_us_an_event(self) -> float:
        return self.cpu_seconds / self.events * 1e6


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.projection", description=__doc__)
    parser.add_argument("--calls", type=int, default=256, help="calls that run at the same time")
    calls = parser.parse_args(arguments).calls
    with empty_database():
        measure(max(TOGETHER), WARM_UP_CALLS)
        found = [measure(together, calls) for together in TOGETHER]
    write("projection", {"machine": machine(), "calls": calls, "figures": [told(one) for one in found]})
    sys.stdout.write(f"{table(found)}\n")
    return 0 if all(one.events == calls * len(whole_call()) for one in found) else 1


@contextmanager
def empty_database() -> Iterator[None]:
    """One of its own, beside the one that is configured."""
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def measure(together: int, calls: int) -> Figures:
    events, seconds, cpu_seconds, statements = 0, 0.0, 0.0, Statements()
    for arrived in rounds(calls):
        store(arrived)
        began, cpu_began = time.perf_counter(), time.process_time()
        with connection.execute_wrapper(statements):
            events += project_pending(together=together)
        seconds, cpu_seconds = seconds + time.perf_counter() - began, cpu_seconds + time.process_time() - cpu_began
    return Figures(together, calls, events, seconds, cpu_seconds, statements.count)


class Statements:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, *statement: Any) -> Any:
        self.count += 1
        return execute(*statement)


def rounds(calls: int) -> Iterator[list[EventRows]]:
    """New calls, and an event of each in every round; that of the nth call is n milliseconds later."""
    ids = [str(uuid.uuid4()) for _ in range(calls)]
    for message in whole_call():
        yield [arrived(message, call_id, n) for n, call_id in enumerate(ids)]


def arrived(message: dict[str, Any], call_id: str, later_ms: int) -> EventRows:
    own = {"call": {**message.get("call", {}), "id": call_id}, "timestamp": message["timestamp"] + later_ms}
    raw = json.dumps({"message": message | own}).encode()
    return event_rows(open_envelope(raw), len(raw), datetime.now(UTC))


def told(one: Figures) -> dict[str, Any]:
    names = ("events_a_second", "us_an_event", "cpu_us_an_event")
    return asdict(one) | {name: getattr(one, name) for name in names}


def table(found: list[Figures]) -> str:
    heads = ("calls together", "events", "events/s", "µs/event", "own CPU", "statements/event", "times")
    lines = ["{:>14} {:>8} {:>9} {:>9} {:>8} {:>17} {:>6}".format(*heads)]
    for one in found:
        costs = (one.events_a_second, one.us_an_event, one.cpu_us_an_event, one.statements / one.events)
        row = (one.together, one.events, *costs, found[0].us_an_event / one.us_an_event)
        lines.append("{:>14} {:>8} {:>9.0f} {:>9.0f} {:>8.0f} {:>17.2f} {:>6.1f}".format(*row))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
