"""How many events a second are accepted and durable, beside an Express receiver that does the same: `make bench`.

One after the other on the same PostgreSQL: the highest rate that is held without an error and with p99 within 50 ms
(bench/load/ladder.py).
Ours twice: the web server alone, and with workers and beat, which then have to catch up.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import uvloop

from bench.http_load import Bodies, Outcome, hold
from bench.load.ladder import highest
from sandbox.demo import children
from supportvoice.embedded.ports import free_port
from tests.stack import ROOT, stack_environment, wait_until

CAUGHT_UP_WITHIN_S = 1800.0
WORKERS = 2
SECRET = "bench-secret"  # noqa: S105  of this machine's own receiver
PEER = ROOT / "bench" / "peer"
RESULTS = ROOT / ".local" / "bench" / "intake.json"
# PostgreSQL looks through its tables as seldom and as little as through ours (calls/intake/partitions.py, 0026): what
# is compared is the receivers.
PEER_TABLES = """
CREATE TABLE IF NOT EXISTS peer_event (
    id uuid PRIMARY KEY, call_id text, type text, stamped_at timestamptz, body jsonb
) WITH (autovacuum_vacuum_insert_threshold = -1);
CREATE TABLE IF NOT EXISTS peer_pending (event_id uuid PRIMARY KEY, call_id text)
    WITH (autovacuum_vacuum_insert_threshold = -1);
ALTER TABLE peer_event ALTER id SET STATISTICS 10, ALTER call_id SET STATISTICS 10, ALTER type SET STATISTICS 10,
    ALTER stamped_at SET STATISTICS 10, ALTER body SET STATISTICS 0;
ALTER TABLE peer_pending ALTER event_id SET STATISTICS 10, ALTER call_id SET STATISTICS 10;
"""


@dataclass(frozen=True)
class Side:
    """`stored`: the table that holds what was accepted. `beside`: what else runs, given a folder for its files."""

    name: str
    stored: str
    command: Callable[[int], list[str]]
    beside: Callable[[Path], list[list[str]]] = lambda _: []


def ours(port: int) -> list[str]:
    return [*children.web(port), "--workers", str(WORKERS)]


PEER_SIDE = Side("Express and node-postgres", "peer_event", lambda _: ["node", "server.js"])
ALONE = Side("SupportVoice, web server alone", "calls_event", ours)
WHOLE = Side(
    "SupportVoice, everything on",
    "calls_event",
    ours,
    lambda folder: [children.WORKER, children.CRM_WORKER, children.beat(folder)],
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.intake", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the highest rate is held")
    seconds = parser.parse_args(arguments).seconds
    if not prepare_peer():
        return 0
    environment, bodies = prepared(), Bodies(SECRET)
    found = [measured(side, environment, bodies, seconds) for side in (PEER_SIDE, ALONE, WHOLE)]
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=2))
    show(found)
    return 1 if any(one["lost"] for one in found) else 0


def prepared() -> dict[str, str]:
    """An empty database for all sides, and what they are told."""
    environment = stack_environment(os.environ)
    environment |= {"VAPI_SERVER_SECRET": SECRET, "PEER_SECRET": SECRET, "PEER_WORKERS": str(WORKERS)}
    migrate = [*children.MANAGE, "migrate", "--no-input", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(PEER_TABLES)
    return environment


def prepare_peer() -> bool:
    if not shutil.which("npm"):
        sys.stderr.write("SKIPPED: no Node.js here, so there is nothing to compare the intake with.\n")
        return False
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=PEER, check=True)  # noqa: S607
    return True


def measured(side: Side, environment: dict[str, str], bodies: Bodies, seconds: float) -> dict[str, object]:
    port, accepted = free_port(), set[int]()

    def catch_up() -> float | None:
        return caught_up(environment) if side is WHOLE else None

    def offer(rate: float, for_s: float) -> Outcome:
        """Nothing is to be caught up with as it begins: a rate is judged by itself, not by what others left to do."""
        catch_up()
        outcome = uvloop.run(hold(rate, for_s, port, bodies))
        accepted.update(outcome.accepted)
        say(side, outcome)
        return outcome

    make_empty(environment)
    with running(side, port, environment):
        uvloop.run(hold(200, 3, port, bodies))
        held = highest(offer, seconds)
        caught_up_s = catch_up()
    return {
        "side": side.name,
        "rate": round(held.rate),
        "seconds": seconds,
        "p50_ms": held.quantile_ms(50),
        "p99_ms": held.quantile_ms(99),
        "accepted": len(accepted),
        "lost": len(accepted - stored(side, environment)),
        "caught_up_s": caught_up_s,
    }


def make_empty(environment: dict[str, str]) -> None:
    """What the side before left is not vacuumed and written out while this one is measured."""
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("TRUNCATE peer_event, peer_pending, calls_event, calls_pending, calls_call CASCADE")
        connection.execute("CHECKPOINT")


def caught_up(environment: dict[str, str]) -> float:
    """How many seconds after the last event none waits for the projection."""
    began = time.monotonic()
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        none_waits = "SELECT NOT EXISTS (SELECT FROM calls_pending)"
        wait_until(lambda: (connection.execute(none_waits).fetchone() or [False])[0], CAUGHT_UP_WITHIN_S, "projection")
    return round(time.monotonic() - began, 1)


def say(side: Side, outcome: Outcome) -> None:
    sys.stderr.write(
        f"{side.name}: {outcome.rate:.0f}/s for {outcome.seconds:.0f} s: p50 {outcome.quantile_ms(50):.1f} ms, "
        f"p99 {outcome.quantile_ms(99):.1f} ms, {outcome.errors} errors\n"
    )


def stored(side: Side, environment: dict[str, str]) -> set[int]:
    query = f"SELECT round(extract(epoch FROM stamped_at) * 1000)::bigint FROM {side.stored}"  # noqa: S608  ours
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        return {stamp for (stamp,) in connection.execute(query)}


@contextmanager
def running(side: Side, port: int, environment: dict[str, str]) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        for command in (side.command(port), *side.beside(Path(folder))):
            stack.enter_context(process(side, command, environment | {"PORT": str(port)}))
        wait_until(lambda: uvloop.run(is_up(port)), 60, what=side.name)
        yield
    time.sleep(1)


@contextmanager
def process(side: Side, command: list[str], environment: dict[str, str]) -> Iterator[None]:
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    with (RESULTS.parent / f"{side.stored}.log").open("ab") as out:
        started = subprocess.Popen(
            command, cwd=PEER if side is PEER_SIDE else ROOT, env=environment, stdout=out, stderr=out
        )
        try:
            yield
        finally:
            started.terminate()
            started.wait(timeout=60)


async def is_up(port: int) -> bool:
    try:
        return not (await hold(50, 0.1, port, Bodies(SECRET))).errors
    except OSError:
        return False


def show(found: list[dict[str, object]]) -> None:
    lines = [
        "| receiver | events a second | times the peer | p50 | p99 | accepted in all | lost | caught up after |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        times = float(str(one["rate"])) / float(str(found[0]["rate"]))
        caught_up = "" if one["caught_up_s"] is None else f"{one['caught_up_s']} s"
        lines.append(
            f"| {one['side']} | {one['rate']} | {times:.1f} | {one['p50_ms']:.1f} ms | {one['p99_ms']:.1f} ms | "
            f"{one['accepted']} | {one['lost']} | {caught_up} |"
        )
    sys.stdout.write("\n".join(["", *lines, ""]))


if __name__ == "__main__":
    sys.exit(main())
