"""The long cases of the bench in small, each load for a minute: what must hold however slow the machine is."""

from __future__ import annotations

import psutil
import pytest
import uvloop

from bench import intake, soak, thousand_calls
from bench.http_load import Bodies, hold
from bench.load.processes import Watch
from supportvoice.celery import GIVES_WAY_BY
from tests.stack import Stack, wait_until

# What is opened at need and then kept: threads that answer tools, connections of pools. A hundred events a second that
# each left something open would be many times as much.
SLACK = {"files_grew": 40, "threads_grew": 20, "connections_grew": 10}

SECONDS = 60
RATE = 100

pytestmark = pytest.mark.timeout(300)


def test_the_projection_gives_way_to_what_callers_wait_for(loaded: Stack) -> None:
    usual = psutil.Process().nice()
    niceness = {name: psutil.Process(process.pid).nice() for name, process in loaded.processes.items()}
    assert set(niceness.values()) == {usual}
    worker = psutil.Process(loaded.processes["worker"].pid)

    def give_way() -> bool:
        return [child.nice() - usual for child in worker.children()] == [GIVES_WAY_BY, GIVES_WAY_BY]

    wait_until(give_way, 60, what="the worker's processes to begin")


def test_each_event_that_was_accepted_at_a_fixed_rate_is_stored(loaded: Stack) -> None:
    outcome = uvloop.run(hold(RATE, SECONDS, loaded.port, Bodies(loaded.environment["VAPI_SERVER_SECRET"])))
    assert (outcome.errors, len(outcome.accepted)) == (0, RATE * SECONDS)
    assert outcome.accepted <= intake.stored(intake.ALONE, loaded.environment)
    assert intake.caught_up(loaded.environment) >= 0


def test_a_hundred_calls_lose_nothing_and_are_seen(loaded: Stack) -> None:
    found = thousand_calls.measure(loaded, thousand_calls.plan(SECONDS, calls=100, viewers=5))
    assert found["errors"] == {}
    kept, samples = found["stored"], found["samples"]
    assert found["is_whole"], kept
    assert (kept["recovered"], kept["other_turns"]) == (0, 0)
    assert kept["reported_calls"] > 0
    assert kept["tickets"] > 0
    assert found["tools"].get("no answer", 0) == 0
    assert min(samples.values()) > 0
    assert [what for what in found["viewers_troubles"] if "HTTP" in what] == []


def test_what_each_process_takes_is_looked_at_in_the_beginning_and_at_the_end(loaded: Stack) -> None:
    watch = Watch(loaded, every_s=60)
    with watch.watching():
        pass
    assert {"web", "worker", "crm-worker", "beat"} <= watch.samples.keys()
    assert {name: len(samples) for name, samples in watch.samples.items()} == dict.fromkeys(watch.samples, 2)


def test_a_steady_load_leaves_nothing_open_in_any_process(loaded: Stack) -> None:
    found = soak.measure(loaded, SECONDS, RATE)
    assert (found["errors"], found["is_whole"]) == ({}, True)
    processes = {one["name"]: one for one in found["processes"]}
    assert {"web", "web 1", "web 2", "worker", "worker 1", "worker 2", "crm-worker", "beat"} <= processes.keys()
    for name, one in processes.items():
        assert one["samples"] > 1, name
        assert one["memory_mib"] > 0
        assert [what for what, slack in SLACK.items() if one[what] > slack] == [], name
