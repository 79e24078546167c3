"""Calls on a whole installation, those who watch them, and what waits behind them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.load.audience import Audience, Seen, logged_in
from bench.load.history import History
from bench.load.lag import Lag
from bench.load.open_loop import OpenLoop
from bench.load.requests import Requests
from bench.load.schedule import Bursts, schedule
from bench.load.stored import are_opened
from tests.stack import BENCH_DATABASE, PASSWORD, START_TIMEOUT_S, Stack, running_stack, wait_until

WEB_WORKERS = 2


@dataclass(frozen=True)
class Plan:
    """`seconds` are measured; before them the calls begin within `opening_s`, and some time passes."""

    seconds: float
    calls: int
    viewers: int
    bursts: Bursts
    opening_s: float = 10.0
    settles_s: float = 5.0

    @property
    def measured_from_s(self) -> float:
        return self.opening_s + self.settles_s


@dataclass(frozen=True)
class Found:
    history: History
    lag: Lag
    seen: Seen


@contextmanager
def installation(folder: Path) -> Iterator[Stack]:
    """As in production: web with two processes, both workers, beat."""
    with running_stack(folder, database=BENCH_DATABASE, web=("--workers", str(WEB_WORKERS))) as stack:
        wait_until(lambda: "ready." in (folder / "worker.log").read_text(), START_TIMEOUT_S, what="the worker")
        yield stack


def place(stack: Stack, plan: Plan) -> Found:
    """Returns when the load is over and answered; what it left may still wait for the projection."""
    return uvloop.run(_place(stack, plan))


async def _place(stack: Stack, plan: Plan) -> Found:
    run = int(time.time())
    history, lag = History(run, plan.measured_from_s), Lag()
    requests = Requests(stack.environment["VAPI_SERVER_SECRET"])
    cookies = logged_in(stack.address, "demo", PASSWORD)
    audience = Audience(stack.address, cookies, plan.viewers, plan.measured_from_s)
    due = schedule(run, plan.calls, plan.opening_s, plan.bursts)
    loop = OpenLoop(stack.port, requests, history, audience.hears)
    async with audience.watching(), lag.sampled(stack.environment["DATABASE_URL"], plan.measured_from_s):
        await loop.run(due, plan.measured_from_s + plan.seconds)
    return Found(history, lag, audience.seen)


def drained_s(stack: Stack, history: History, patience_s: float) -> float | None:
    """How long until everything is projected and every promised ticket is there; None where it was not within that."""
    began = time.monotonic()
    while stack.sql("SELECT FROM calls_pending LIMIT 1") or not are_opened(stack, history):
        if time.monotonic() - began > patience_s:
            return None
        time.sleep(0.1)
    return time.monotonic() - began
