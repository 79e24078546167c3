"""A thousand calls at once, with twenty viewers: `make bench CASE=thousand_calls`, explained in docs/benchmarks.md.

The whole installation runs. Each event goes out when it is due; every latency counts from then.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.load.aims import Aim, table
from bench.load.history import History, quantile
from bench.load.placing import Found, Plan, drained_s, installation, place
from bench.load.processes import Watch
from bench.load.schedule import Bursts
from bench.load.stored import Stored, stored
from bench.load.talk import REPORT, TOOL_CALLS
from bench.results import machine, write
from tests.stack import Stack

DRAINED_WITHIN_S = 900.0
WATCHED_EVERY_S = 30.0  # only what they took in all is told
NOTE = """
Milliseconds count from when an event was due. Words are there when the stream of who watches that call brings them,
rows when the list's stream names a call that began, lists when the page that was fetched for it is here; what a
browser draws is not in it. The load and the viewers run on the same machine.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where something was lost, doubled or never sent; a missed aim is only told."""
    parser = argparse.ArgumentParser(prog="python -m bench.thousand_calls", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="how long is measured")
    parser.add_argument("--calls", type=int, default=1_000, help="calls at any time")
    parser.add_argument("--viewers", type=int, default=20)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, installation(Path(folder)) as stack:
        found = measure(stack, plan(options.seconds, options.calls, options.viewers))
    write("thousand_calls", {"machine": machine(), **vars(options), **found})
    sys.stdout.write(f"{table([Aim(**aim) for aim in found['aims']])}\n{NOTE}")
    return 0 if found["is_whole"] else 1


def plan(seconds: float, calls: int, viewers: int) -> Plan:
    """A burst of 5 s each minute; where less is measured, at least two shorter ones."""
    every_s = min(60.0, seconds / 2)
    return Plan(seconds, calls, viewers, Bursts(every_s, every_s / 12), *(min(part, seconds / 4) for part in (10, 5)))


def measure(stack: Stack, what: Plan) -> dict[str, Any]:
    watch = Watch(stack, WATCHED_EVERY_S)
    with watch.watching():
        found = place(stack, what)
    drain_s = drained_s(stack, found.history, DRAINED_WITHIN_S)
    kept = stored(stack, found.history)
    return {
        "aims": [asdict(aim) for aim in [*aims(what, found, kept, drain_s), *of_the_processes(found.history, watch)]],
        "errors": dict(found.history.errors),
        "viewers_troubles": dict(found.seen.troubles),
        "tools": dict(found.history.tools),
        "stored": asdict(kept),
        "samples": {"words": len(found.seen.words_ms), "rows": len(found.seen.rows_ms), "lag": len(found.lag.seconds)},
        "is_whole": kept.is_whole,
    }


def aims(what: Plan, found: Found, kept: Stored, drain_s: float | None) -> list[Aim]:
    return [
        *of_the_load(what, found.history),
        *of_the_answers(found.history),
        *of_what_is_kept(kept),
        Aim("projection lag p50", quantile(found.lag.seconds, 50), "s"),
        Aim("projection lag p95", quantile(found.lag.seconds, 95), "s", 1.0),
        Aim("projected after the end", drain_s, "s"),
        *of_the_viewers(found),
    ]


def of_the_load(what: Plan, history: History) -> list[Aim]:
    def a_second(*kinds: str) -> float:
        return sum(len(history.latencies_ms[kind]) for kind in kinds) / what.seconds

    return [
        Aim("calls at once", what.calls),
        Aim("measured", what.seconds, "s"),
        Aim("events a second, bursts among them", a_second(*list(history.latencies_ms))),
        Aim("tool calls a second", a_second(TOOL_CALLS)),
        Aim("reports a second", a_second(REPORT)),
        Aim("the load's own lateness p99", quantile(history.sending_late_ms, 99), "ms"),
    ]


def of_the_answers(history: History) -> list[Aim]:
    acknowledged, tools = history.acknowledged_ms(), history.latencies_ms[TOOL_CALLS]
    return [
        Aim("acknowledged p50", quantile(acknowledged, 50), "ms"),
        Aim("acknowledged p99", quantile(acknowledged, 99), "ms", 50.0),
        Aim("tool call answered p50", quantile(tools, 50), "ms"),
        Aim("tool call answered p99", quantile(tools, 99), "ms", 200.0),
        Aim("tool call answered, slowest", max(tools, default=None), "ms", 800.0),
        Aim("tool calls told that the answer follows", history.tools["answered later"]),
        Aim("tool calls without a result", history.tools["no answer"], "", 0),
        Aim("errors", history.errors.total(), "", 0),
    ]


def of_what_is_kept(kept: Stored) -> list[Aim]:
    return [
        Aim("lost events and tickets", kept.lost + kept.lost_tickets, "", 0),
        Aim("doubled events and tickets", kept.duplicated + kept.doubled_tickets, "", 0),
        Aim("events never sent", kept.unexpected, "", 0),
        Aim("reported calls with other turns than reported", kept.other_turns, "", 0),
    ]


def of_the_viewers(found: Found) -> list[Aim]:
    seen = found.seen
    return [
        Aim("spoken words on the stream p50", quantile(seen.words_ms, 50), "ms"),
        Aim("spoken words on the stream p95", quantile(seen.words_ms, 95), "ms", 250.0),
        Aim("words that came to no stream", seen.unseen_words, "", 0),
        Aim("row on the list's stream p95", quantile(seen.rows_ms, 95), "ms", 1_000.0),
        Aim("list fetched with it p95", quantile(seen.lists_ms, 95), "ms"),
        Aim("pages fetched", len(seen.fetched_ms)),
        Aim("page p50", quantile(seen.fetched_ms, 50), "ms"),
        Aim("broken streams and failed pages", seen.troubles.total(), "", 0),
    ]


def of_the_processes(history: History, watch: Watch) -> list[Aim]:
    """What an event cost each program in all: with another load beside it that says more than how long it took."""
    spent_s: dict[str, float] = defaultdict(float)
    for name, samples in watch.samples.items():
        spent_s[name.split()[0]] += samples[-1].processor_s - samples[0].processor_s
    return [Aim(f"{name}: processor time an event", s * 1000 / history.sent, "ms") for name, s in spent_s.items()]


if __name__ == "__main__":
    sys.exit(main())
