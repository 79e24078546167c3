"""Keeps the demo's processes running."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from supportvoice.embedded.failure import StartError, last_lines
from supportvoice.embedded.processes import Roster, Running

STOP_GRACE_S = 8
LONGEST_PAUSE_S = 30
HEALTHY_S = 60


class Supervisor:
    """Servers come from outside and are only watched; the rest is started here, and started again if it dies."""

    def __init__(
        self, roster: Roster, logs: Path, environment: Mapping[str, str], root: Path, say: Callable[[str], None]
    ) -> None:
        self.roster, self.logs, self.environment, self.root, self.say = roster, logs, environment, root, say
        self.servers = list(roster.members)
        self.commands: dict[str, tuple[Sequence[str], dict[str, str]]] = {}
        self.running: dict[str, Running] = {}
        self.failures: Counter[str] = Counter()
        self.due: dict[str, float] = {}

    def start(self, name: str, command: Sequence[str], **extra: str) -> Running:
        self.commands[name] = command, extra
        log, environment = self.logs / f"{name}.log", {**self.environment, **extra}
        started = self.roster.start(name, command, log, env=environment, cwd=self.root)
        self.running[name] = started
        return started

    def check(self) -> None:
        """Names who died, and starts again who has waited long enough."""
        for name, process in list(self.running.items()):
            if process.ended():
                self.bury(name, process)
        for name, when in list(self.due.items()):
            if time.monotonic() >= when:
                del self.due[name]
                command, extra = self.commands[name]
                self.start(name, command, **extra)
        for server in self.servers:
            if server.ended():
                raise StartError(described(server))

    def bury(self, name: str, process: Running) -> None:
        self.roster.stop([self.running.pop(name)], grace_s=0)
        if time.monotonic() - process.started > HEALTHY_S:
            self.failures[name] = 0
        pause_s = min(2 ** self.failures[name], LONGEST_PAUSE_S)
        self.failures[name] += 1
        self.due[name] = time.monotonic() + pause_s
        self.say(f"{described(process)}\n{name} starts again in {pause_s} s.")

    def forget(self, name: str) -> None:
        """It has done what it was for."""
        self.roster.stop([self.running.pop(name)], grace_s=0)

    def stop(self) -> None:
        self.roster.stop(list(self.running.values()), STOP_GRACE_S)
        self.running.clear()


def described(process: Running) -> str:
    code = process.process.returncode
    how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
    return f"{process.name} {how} ({process.log}):\n{last_lines(process.log)}".rstrip(":\n")
