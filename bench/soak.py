"""Half an hour under a steady load: `make bench CASE=soak`, explained in docs/benchmarks.md.

Each process of the installation is looked at every few seconds: its memory is to stay, and what it holds open too.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.load.aims import Aim, table
from bench.load.placing import Plan, drained_s, installation, place
from bench.load.processes import Sample, Trend, Watch, trend
from bench.load.schedule import STEADY
from bench.load.stored import stored
from bench.load.talk import EVENTS_A_SECOND
from bench.results import machine, write
from tests.stack import Stack

EVERY_S = 5.0
WARM_UP_S, WARM_UP_SHARE = 600.0, 0.25
VIEWERS = 2
DRAINED_WITHIN_S = 300.0
MEMORY_MIB, SLOPE_MIB_AN_HOUR = 400.0, 1.0
COUNTED = ("web", "worker", "beat")
# What may come and go between two looks.
SLACK = {"files": 4.0, "threads": 2.0, "connections": 2.0}
NOTE = """
MiB are PSS (of pages that several share its share), "resident" is RSS: medians of the last third after the warm-up.
"an hour" is Theil and Sen's slope over what follows the warm-up.
"grew" is the median of the last third less that of the first.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where something was lost or answered with an error; a missed aim is only told."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2_400.0)
    parser.add_argument("--rate", type=float, default=100.0, help="events a second")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, installation(Path(folder)) as stack:
        found = measure(stack, options.seconds, options.rate)
    write("soak", {"machine": machine(), **vars(options), **found})
    trends = [Trend(**one) for one in found["processes"]]
    sys.stdout.write(f"{table_of(trends)}\n\n{table([Aim(**aim) for aim in found['aims']])}\n{NOTE}")
    return 0 if found["is_whole"] and not found["errors"] else 1


def measure(stack: Stack, seconds: float, rate: float) -> dict[str, Any]:
    plan = Plan(seconds, round(rate / EVENTS_A_SECOND), VIEWERS, STEADY, opening_s=min(10.0, seconds / 4), settles_s=0)
    watch = Watch(stack, min(EVERY_S, seconds / 20))
    with watch.watching():
        found = place(stack, plan)
    drained_s(stack, found.history, DRAINED_WITHIN_S)
    kept, trends = stored(stack, found.history), trends_of(watch, min(WARM_UP_S, seconds * WARM_UP_SHARE))
    return {
        "aims": [asdict(aim) for aim in aims(trends)],
        "processes": [asdict(one) for one in trends],
        "errors": dict(found.history.errors),
        "viewers_troubles": dict(found.seen.troubles),
        "stored": asdict(kept),
        "is_whole": kept.is_whole,
        "samples": {name: [asdict(one) for one in samples] for name, samples in watch.samples.items()},
    }


def trends_of(watch: Watch, warm_up_s: float) -> list[Trend]:
    """Of those that are there after the warm-up."""
    after: dict[str, list[Sample]] = {
        name: [one for one in samples if one.at_s >= warm_up_s] for name, samples in watch.samples.items()
    }
    return [trend(name, samples) for name, samples in after.items() if len(samples) > 1]


def aims(trends: list[Trend]) -> list[Aim]:
    counted = [one for one in trends if one.name.split()[0] in COUNTED]
    steepest = max(trends, key=lambda one: one.resident_mib_an_hour)
    return [
        Aim("web, worker and beat together", sum(one.memory_mib for one in counted), "MiB", MEMORY_MIB),
        Aim("with the CRM worker", sum(one.memory_mib for one in trends), "MiB"),
        Aim(f"resident an hour, steepest ({steepest.name})", steepest.resident_mib_an_hour, "MiB", SLOPE_MIB_AN_HOUR),
        *(most_grown(trends, what, slack) for what, slack in SLACK.items()),
    ]


def most_grown(trends: list[Trend], what: str, slack: float) -> Aim:
    most = max(trends, key=lambda one: float(getattr(one, f"{what}_grew")))
    return Aim(f"{what} grew, most ({most.name})", getattr(most, f"{what}_grew"), "", slack)


def table_of(trends: list[Trend]) -> str:
    lines = [
        "| process | MiB | an hour | resident | an hour | files | grew | threads | grew | connections | grew | cores |"
    ]
    lines.append("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for one in trends:
        counts = [one.files, one.files_grew, one.threads, one.threads_grew, one.connections, one.connections_grew]
        told = " | ".join(f"{count:g}" for count in counts)
        memory = f"{one.memory_mib:.0f} | {one.memory_mib_an_hour:+.1f}"
        resident = f"{one.resident_mib:.0f} | {one.resident_mib_an_hour:+.1f}"
        lines.append(f"| {one.name} | {memory} | {resident} | {told} | {one.cores:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
