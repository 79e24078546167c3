"""A PostgreSQL and a Valkey that may be killed: safe against a crash, unlike the runner's, and always at one port."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from supportvoice.embedded import postgres, valkey
from supportvoice.embedded.lock import runner_lock
from supportvoice.embedded.ports import free_port
from supportvoice.embedded.processes import Roster

GONE_WITHIN_S = 30


@dataclass
class Servers:
    folder: Path
    roster: Roster
    postgres_port: int
    valkey_port: int

    def start_postgres(self) -> str:
        return postgres.start(self.folder, self.roster, port=self.postgres_port)

    def start_valkey(self) -> str:
        """It keeps nothing: each start finds it empty."""
        return valkey.start(self.folder, self.roster, port=self.valkey_port, throwaway=True)

    def revive_postgres(self) -> None:
        """It ends by itself where it cannot write its log."""
        member = next(one for one in self.roster.members if one.name == "postgres")
        if member.ended():
            self.roster.stop([member], 0)
            self.start_postgres()

    def end(self, name: str, number: signal.Signals) -> None:
        """With everything that it started: a new server must not find the old one's remains at work."""
        member = next(one for one in self.roster.members if one.name == name)
        started = psutil.Process(member.process.pid).children(recursive=True)
        os.kill(member.process.pid, number)
        member.process.wait(GONE_WITHIN_S)
        _, alive = psutil.wait_procs(started, GONE_WITHIN_S)
        assert not alive, f"{name} is gone, and {alive} are not"
        self.roster.stop([member], 0)


@contextmanager
def own_servers(folder: Path) -> Iterator[tuple[Servers, dict[str, str]]]:
    with runner_lock(folder):
        roster = Roster(folder / "processes")
        roster.reap()
        servers = Servers(folder, roster, free_port(), free_port())
        try:
            yield servers, {"DATABASE_URL": servers.start_postgres(), "REDIS_URL": servers.start_valkey()}
        finally:
            roster.stop(list(roster.members), GONE_WITHIN_S)
