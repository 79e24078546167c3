"""Case by case: what docs/benchmarks.md shows. `make bench`, `make bench CASE=intake`, `make bench ALL=1`.

A case that ended well on this commit is not run again; one that was interrupted begins anew.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from bench.results import FOLDER, commit, figures, forget, keep, machine

DONE = FOLDER / "done"
ALL_RESULTS = FOLDER / "results.json"


@dataclass(frozen=True)
class Case:
    """`module` has main(arguments) -> int: it tells what it does on stderr, and its table on stdout."""

    name: str
    module: str
    about: str
    is_long: bool = False


CASES = (
    Case("intent", "bench.intent.__main__", "what the judgement of the caller's words is worth"),
    Case("intake", "bench.intake", "events a second that are accepted and durable, beside Express"),
    Case("projection", "bench.projection", "what an event costs the projection, one call at a time and many together"),
    Case("growth", "bench.growth.__main__", "what each page takes with 100,000 calls, and what the intake still holds"),
    Case("slow_crm", "bench.slow_crm", "what the agent waits for while the CRM is slow"),
    Case("thousand_calls", "bench.thousand_calls", "a thousand calls at once, and who watches them", is_long=True),
    Case("soak", "bench.soak", "what half an hour of load leaves in each process", is_long=True),
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="CASE", help=", ".join(case.name for case in CASES))
    parser.add_argument("--all", action="store_true", help="also the cases that take half an hour")
    parser.add_argument("--again", action="store_true", help="also what was measured on this commit")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - {case.name for case in CASES}:
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    chosen = [case for case in CASES if case.name in options.names or (not options.names and is_usual(case, options))]
    found = [run(case, again=options.again) for case in chosen]
    keep(ALL_RESULTS, {"machine": machine(), "commit": commit(), "date": now(), "cases": found})
    sys.stdout.write("\n".join(f"\n== {one['case']}\n{one['table']}" for one in found))
    sys.stdout.write(f"\n{ALL_RESULTS}\n")
    return 1 if any(one["exit"] for one in found) else 0


def is_usual(case: Case, options: argparse.Namespace) -> bool:
    return options.all or not case.is_long


def run(case: Case, *, again: bool) -> dict[str, Any]:
    if (done := ended_well(case)) and not again:
        say(f"{case.name}: measured {done['date']} on this commit")
        return done
    say(f"{case.name}: {case.about} ...")
    forget(case.name)
    began, table = time.monotonic(), io.StringIO()
    with redirect_stdout(table):
        code = ended(case)
    say(f"{case.name}: {'done' if code == 0 else 'FAILED'} after {time.monotonic() - began:.0f} s")
    result = {"case": case.name, "commit": commit(), "date": now(), "exit": code}
    result |= {"figures": figures(case.name), "table": table.getvalue()}
    keep(DONE / f"{case.name}.json", result)
    return result


def ended(case: Case) -> int:
    """One that raises is no reason not to measure the others."""
    try:
        return int(import_module(case.module).main([]))
    except Exception:
        traceback.print_exc()
        return 1


def ended_well(case: Case) -> dict[str, Any] | None:
    """What was found on this very commit; changes that are in none are measured each time."""
    try:
        done: dict[str, Any] = json.loads((DONE / f"{case.name}.json").read_text())
    except (OSError, ValueError):
        return None
    here = commit()
    return done if done["exit"] == 0 and done["commit"] == here and not here.endswith("changed") else None


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
