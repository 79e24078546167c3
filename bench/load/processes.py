"""What each process of an installation takes, seen from outside every few seconds."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import combinations
from operator import attrgetter
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import psutil

from tests.stack import Stack

PROGRAMS = ("web", "worker", "crm-worker", "beat")
MIB = 1024
Read = Callable[["Sample"], float]


@dataclass(frozen=True, slots=True)
class Sample:
    """`at_s` since the watch began. `files`: open ones, without the connections of the web server's clients.

    `connections`: to PostgreSQL. `memory_mib`: what would be free without it, of shared pages its share (PSS): it
    moves also where the process does nothing, as others share its pages or no longer do. `resident_mib`: all that it
    holds, shared or not (RSS).
    """

    at_s: float
    memory_mib: float
    resident_mib: float
    files: int
    threads: int
    connections: int
    processor_s: float


@dataclass
class Watch:
    """By process: "web", "web 1", "web 2", "worker" and so on, those with a number being the first one's children.

    The first look is at the beginning and the last one at the end, however long it is from one to the next.
    """

    stack: Stack
    every_s: float
    samples: dict[str, list[Sample]] = field(default_factory=lambda: defaultdict(list))
    _names: dict[int, str] = field(default_factory=dict)

    @contextmanager
    def watching(self) -> Iterator[None]:
        over = threading.Event()
        thread = threading.Thread(target=self._run, args=(over,))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _run(self, over: threading.Event) -> None:
        began = monotonic()
        self._look(began)
        while not over.wait(self.every_s):
            self._look(began)
        self._look(began)

    def _look(self, began: float) -> None:
        for program in PROGRAMS:
            first = psutil.Process(self.stack.processes[program].pid)
            for process in (first, *sorted(first.children(recursive=True), key=lambda one: one.pid)):
                with suppress(psutil.Error, OSError):
                    self.samples[self._name(program, process.pid)].append(self._sample(process, began))

    def _name(self, program: str, pid: int) -> str:
        if pid not in self._names:
            others = sum(name.split()[0] == program for name in self._names.values())
            self._names[pid] = f"{program} {others}" if others else program
        return self._names[pid]

    def _sample(self, process: psutil.Process, began: float) -> Sample:
        """Raises psutil.Error or OSError where it has ended."""
        postgres = urlsplit(self.stack.environment["DATABASE_URL"]).port
        sockets = process.net_connections("tcp")
        clients = sum(bool(one.raddr) and one.laddr.port == self.stack.port for one in sockets)
        times = process.cpu_times()
        return Sample(
            at_s=monotonic() - began,
            **_memory(process.pid),
            files=process.num_fds() - clients,
            threads=process.num_threads(),
            connections=sum(bool(one.raddr) and one.raddr.port == postgres for one in sockets),
            processor_s=times.user + times.system,
        )


def _memory(pid: int) -> dict[str, float]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kib = {name: int(value) for name, value, *_ in map(str.split, lines)}
    return {"memory_mib": kib["Pss:"] / MIB, "resident_mib": kib["Rss:"] / MIB}


@dataclass(frozen=True)
class Trend:
    """Of one process after its warm-up. What `grew` is the median of the last third less that of the first."""

    name: str
    samples: int
    memory_mib: float
    memory_mib_an_hour: float
    resident_mib: float
    resident_mib_an_hour: float
    files: float
    files_grew: float
    threads: float
    threads_grew: float
    connections: float
    connections_grew: float
    cores: float


def trend(name: str, samples: list[Sample]) -> Trend:
    """Of two samples or more."""
    found: dict[str, Any] = {}
    for what in ("memory_mib", "resident_mib"):
        found[what] = _last(samples, attrgetter(what))
        found[f"{what}_an_hour"] = slope_a_second([(one.at_s, getattr(one, what)) for one in samples]) * 3600
    for what in ("files", "threads", "connections"):
        found[what] = _last(samples, attrgetter(what))
        found[f"{what}_grew"] = found[what] - median(map(attrgetter(what), samples[: _third(samples)]))
    took_s, passed_s = (samples[-1].processor_s - samples[0].processor_s), samples[-1].at_s - samples[0].at_s
    return Trend(name=name, samples=len(samples), cores=took_s / passed_s, **found)


def _third(samples: list[Sample]) -> int:
    return max(len(samples) // 3, 1)


def _last(samples: list[Sample], read: Read) -> float:
    return median(map(read, samples[-_third(samples) :]))


def slope_a_second(points: list[tuple[float, float]]) -> float:
    """Theil and Sen's: the median of the slopes of all pairs, which a few odd samples do not move."""
    return median((later[1] - one[1]) / (later[0] - one[0]) for one, later in combinations(points, 2))
