"""What the intake holds on the full database, beside the empty one, in turn."""

from __future__ import annotations

import sys
from statistics import median
from typing import Any

import uvloop

from bench.http_load import Bodies, hold
from tests.stack import Stack

EVENTS, ROUNDS = 3_000, 21
WORKERS = "2"
LEAST_RATIO = 0.95


def ingest(empty: Stack, full: Stack, secret: str) -> dict[str, Any]:
    """Events a second with 64 connections always waiting. The workers are stopped, as in the case `intake`."""
    stacks, bodies = {"empty": empty, "full": full}, Bodies(secret)
    rates: dict[str, list[float]] = {name: [] for name in stacks}
    for stack in stacks.values():
        stack.start_web("--workers", WORKERS)
        _rate(stack, bodies)
    for number in range(ROUNDS):
        for name in sorted(stacks, reverse=bool(number % 2)):
            rates[name].append(_rate(stacks[name], bodies))
        sys.stderr.write(f"  empty {rates['empty'][-1]:.0f}/s, full {rates['full'][-1]:.0f}/s\n")
    for stack in stacks.values():
        stack.stop("web")
    ratio = median(full / empty for empty, full in zip(rates["empty"], rates["full"], strict=True))
    return {**{name: median(found) for name, found in rates.items()}, "rounds": rates, "ratio": ratio}


def _rate(stack: Stack, bodies: Bodies) -> float:
    """All are due at once, so the longest wait is how long they took. Raises RuntimeError where one is refused."""
    done = uvloop.run(hold(EVENTS * 1_000.0, 0.001, stack.port, bodies))
    if done.errors:
        raise RuntimeError(f"{done.errors} of {EVENTS} events were not accepted")
    return len(done.accepted) * 1_000 / max(done.latencies_ms)
