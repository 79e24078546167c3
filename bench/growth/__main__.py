"""The desk with 100,000 calls and 2 million turns in it, beside one with a hundred: `make bench CASE=growth`.

Each list, detail and search page over HTTP from one web process; the queries of each; and the intake on both.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from bench.growth.ingest import LEAST_RATIO, ingest
from bench.growth.room import too_little
from bench.growth.table import lines, table
from bench.results import machine, write
from supportvoice.embedded.ports import free_port
from tests.stack import BENCH_DATABASE, DATABASE, ROOT, Stack, stack_environment

SMALL, USUAL, MILLION = 100, 100_000, 1_000_000
SECRET = "bench-secret"  # noqa: S105  of this machine's own receiver
# What is slower is given up, and counts as failed; else one page could keep the database busy for all the others.
GIVE_UP = "10s"


def loaded(folder: Path, database: str, calls: int) -> Stack:
    """An installation of its own that is not started yet."""
    port = free_port()
    environment = stack_environment(os.environ, database)
    environment |= {"PORT": str(port), "VAPI_SERVER_SECRET": SECRET, "PUBLIC_URL": "https://desk.example"}
    (folder / database).mkdir()
    stack = Stack(folder / database, port, environment)
    stack.manage("migrate", "--no-input", "--skip-checks")
    stack.manage("seed_demo", "--skip-checks")
    _run(stack, "bench.growth.load", calls)
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {database} SET statement_timeout = '{GIVE_UP}'")
    return stack


def measured(stack: Stack, calls: int) -> list[dict[str, Any]]:
    stack.start_web()
    found: list[dict[str, Any]] = json.loads(_run(stack, "bench.growth.measure", calls, "--port", str(stack.port)))
    stack.stop("web")
    return found


def _run(stack: Stack, module: str, calls: int, *more: str) -> str:
    command = [sys.executable, "-m", module, "--calls", str(calls), *more]
    done = subprocess.run(command, check=True, cwd=ROOT, env=stack.environment, stdout=subprocess.PIPE, text=True)
    return done.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--calls", type=int, default=USUAL, help="twenty turns each")
    parser.add_argument("--million", action="store_true", help="a million calls: looks first whether the disk has room")
    options = parser.parse_args(arguments)
    calls = MILLION if options.million else options.calls
    if missing := too_little(os.environ["DATABASE_URL"], calls):
        sys.stderr.write(f"{missing}\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        small, full = loaded(Path(folder), DATABASE, SMALL), loaded(Path(folder), BENCH_DATABASE, calls)
        pages = lines(measured(small, SMALL), measured(full, calls))
        rates = ingest(small, full, SECRET)
    stack_environment(os.environ, BENCH_DATABASE)  # empty again: it takes gigabytes
    found = [{"small": one.small, "full": one.full, "missed": one.misses} for one in pages]
    write("growth", {"machine": machine(), "calls": calls, "pages": found, "ingest": rates})
    sys.stdout.write(f"{table(pages, rates)}\n")
    return 1 if any(one.misses for one in pages) or rates["ratio"] < LEAST_RATIO else 0


if __name__ == "__main__":
    sys.exit(main())
