"""A whole installation on servers of its own, everything it was ever sent, and what is to hold after each fault."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from sandbox.demo import children
from tests.faults.checker import Counts, count
from tests.faults.load import Load, Sent
from tests.faults.servers import Servers, own_servers
from tests.stack import Stack, running_stack, wait_until

# How often each fault strikes. `make faults` strikes more often than `make test`.
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
# Ceilings, not measures: a machine of a third of the speed stays below them.
TIMEOUT_S = 300 + 60 * ROUNDS
AGAIN_WITHIN_S = 60
PROJECTED_WITHIN_S = 90
KEPT_WITHIN_S = 60


@dataclass
class Rig:
    stack: Stack
    servers: Servers
    earlier: list[Sent] = field(default_factory=list)
    last: list[Sent] = field(default_factory=list)
    # Whole calls, which are judged by themselves.
    apart: set[str] = field(default_factory=set)

    def start_web(self, **environment: str) -> None:
        """Two workers under one supervisor, as in production."""
        self.stack.start_web("--workers", "2", **environment)

    def children_of(self, name: str) -> list[psutil.Process]:
        return list(psutil.Process(self.stack.processes[name].pid).children(recursive=True))

    def kill_web(self) -> None:
        """The supervisor first, since it would start others."""
        workers = self.children_of("web")
        self.stack.kill("web")
        for worker in workers:
            worker.kill()
        psutil.wait_procs(workers, AGAIN_WITHIN_S)

    def start_worker(self, **environment: str) -> None:
        self.stack.start("worker", children.WORKER, **environment)

    def ended(self) -> list[str]:
        """Processes that nobody has stopped: supportvoice/broker.py says why a worker once did."""
        return [name for name, process in self.stack.processes.items() if process.poll() is not None]

    @contextmanager
    def load(self, copies: int = 1) -> Iterator[Load]:
        """Some load before, and some after: a fault is to meet an installation at work."""
        self.earlier += self.last
        with Load(self.stack.port, self.stack.environment["VAPI_SERVER_SECRET"], copies=copies) as load:
            self.last = load.history
            self.is_accepted(load)
            time.sleep(1)
            yield load
            self.is_accepted(load)
            time.sleep(1)

    def is_accepted(self, load: Load) -> None:
        """Deliveries are accepted, now."""
        self.is_answered(load, 200)

    def is_refused(self, load: Load, meanwhile: Callable[[], None] = lambda: None) -> None:
        """They are told to come again, now."""
        self.is_answered(load, 503, meanwhile)

    def is_answered(self, load: Load, answer: int, meanwhile: Callable[[], None] = lambda: None) -> None:
        began = time.monotonic()

        def is_answered() -> bool:
            meanwhile()
            return load.has_had(answer, began)

        wait_until(is_answered, AGAIN_WITHIN_S, what=f"a delivery that is answered {answer}")

    def check(self, what: str) -> Counts:
        """Everything that was ever accepted is stored once, and its effect is there once: also of what the caller was
        told is being worked on.
        """
        pending = "SELECT FROM calls_pending LIMIT 1"

        def is_projected() -> bool:
            assert not self.ended(), f"{self.ended()} ended by themselves"
            return not self.stack.sql(pending)

        wait_until(is_projected, PROJECTED_WITHIN_S, what="the projection")
        wait_until(lambda: not self._count().unkept, KEPT_WITHIN_S, what="what was promised")
        counts = self._count()
        sys.stdout.write(f"\n{what}: {counts}\n")
        wrong = [*counts.lost, *counts.duplicated, *counts.unexpected]
        assert not wrong, f"{counts}: {wrong[:20]}"
        odd = {answer for one in self.last for answer in one.answers} - {200, 503, None}
        assert not odd, f"answers that are never meant: {odd}"
        return counts

    def _count(self) -> Counts:
        return count(self.stack, self.last, self.earlier, apart=self.apart)


@contextmanager
def running_rig(folder: Path, data: Path) -> Iterator[Rig]:
    with own_servers(data) as (servers, urls), running_stack(folder, urls) as stack:
        rig = Rig(stack, servers)
        stack.stop("web")
        rig.start_web()
        yield rig
