"""How long an agent waits for its tools while the CRM is slow: `make bench`, explained in docs/benchmarks.md.

A whole installation (web, workers, beat, PostgreSQL, Valkey) with the stand-in CRM, twice: slow, then fast as its peer.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.placing import Asked, Load
from bench.results import machine, write
from sandbox.vapi.control import control_port
from tests.slow_systems.far_crm import FarCrm, far_crm
from tests.stack import running_stack

BUDGET_MS = 800
SLOW_S, FAST_S = 3.0, 0.02
PAUSE_S = 2.5
PATIENCE_S = 120.0
WARM_UP = 8


@dataclass
class Figures:
    """Of one tool under one CRM. Milliseconds from when the tool call was due."""

    tool: str
    asked: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    over_budget: int
    followed: int
    arrived: int
    twice: int
    arrived_p50_ms: float | None
    arrived_max_ms: float | None


def figures(tool: str, asked: list[Asked], load: Load) -> Figures:
    waits = [one.acknowledged_ms for one in asked]
    cuts = quantiles(waits, n=100, method="inclusive")
    late = [one for one in asked if one.follows]
    arrived = sorted(one.arrived_ms for one in late if one.arrived_ms is not None)
    return Figures(
        tool=tool,
        asked=len(asked),
        p50_ms=cuts[49],
        p95_ms=cuts[94],
        p99_ms=cuts[98],
        max_ms=max(waits),
        over_budget=sum(wait > BUDGET_MS for wait in waits),
        followed=len(late),
        arrived=len(arrived),
        twice=sum(load.heard(one) > 1 for one in asked),
        arrived_p50_ms=arrived[len(arrived) // 2] if arrived else None,
        arrived_max_ms=arrived[-1] if arrived else None,
    )


def measure(crm: FarCrm, calls: int, over_s: float, latency_s: float) -> dict[str, Any]:
    """Raises AssertionError where a tool call was answered with anything but HTTP 200."""
    crm.knobs(latency_s=latency_s)
    with control_port() as vapi:
        Load(crm, vapi, WARM_UP, 1.0, 0.5, PATIENCE_S).place()
        load = Load(crm, vapi, calls, over_s, PAUSE_S, PATIENCE_S)
        asked = load.place()
        tools = [figures(tool, [one for one in asked if one.tool == tool], load) for tool in ("lookup", "create")]
    made = [len(crm.ledger(one.issue)) for one in asked if one.issue]
    return {
        "crm_latency_s": latency_s,
        "tools": [asdict(one) for one in tools],
        "unanswered": sum(not one.follows and one.answer not in one.told for one in asked),
        "tickets_made_once": sum(times == 1 for times in made),
        "tickets_made_twice": sum(times > 1 for times in made),
    }


def table(runs: list[dict[str, Any]]) -> str:
    heads = (
        "CRM",
        "tool",
        "calls",
        "p50",
        "p95",
        "p99",
        "max",
        ">800",
        "follow",
        "arrived",
        "twice",
        "late p50",
        "max",
    )
    lines = [("{:>7} {:>7}" + " {:>8}" * 11).format(*heads)]
    for run in runs:
        for one in run["tools"]:
            waits = [f"{one[name]:.0f}" for name in ("p50_ms", "p95_ms", "p99_ms", "max_ms")]
            late = [f"{one[name] or 0:.0f}" for name in ("arrived_p50_ms", "arrived_max_ms")]
            counts = [one[name] for name in ("over_budget", "followed", "arrived", "twice")]
            row = (f"{run['crm_latency_s']:g} s", one["tool"], one["asked"], *waits, *counts, *late)
            lines.append(("{:>7} {:>7}" + " {:>8}" * 11).format(*row))
        lines.append(f"        in the CRM once: {run['tickets_made_once']}, twice: {run['tickets_made_twice']}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.slow_crm", description=__doc__)
    parser.add_argument("--calls", type=int, default=100, help="calls that are running at the same time")
    parser.add_argument("--over", type=float, default=60.0, help="seconds within which they begin; 0 is all at once")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder)) as stack, far_crm(stack) as crm:
        runs = [measure(crm, options.calls, options.over, latency_s) for latency_s in (SLOW_S, FAST_S)]
    write("slow_crm", {"machine": machine(), **vars(options), "runs": runs})
    sys.stdout.write(f"{table(runs)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
