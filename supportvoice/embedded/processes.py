"""Processes that the runner starts: each a group of its own, written down, and stopped for certain."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

POLL_S = 0.05


def command_line(pid: int) -> str:
    """What runs under `pid`; empty when nothing does, or only its remains."""
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        try:
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    ps = ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)]
    found = subprocess.run(ps, capture_output=True, text=True, check=False).stdout.strip()
    return "" if "<defunct>" in found else found


@dataclass
class Running:
    name: str
    command: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    started: float = field(default_factory=time.monotonic)

    def ended(self) -> bool:
        return self.process.poll() is not None


class Roster:
    """The runner's processes, also in a file: a runner that was killed leaves word of what it left behind."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.members: list[Running] = []

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        log: Path,
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        env: Mapping[str, str] | None = None,
        **popen: Any,
    ) -> Running:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
                env=env,
                **popen,
            )
        member = Running(name, " ".join(map(str, command)).strip(), process, log, stop_signal)
        self.members.append(member)
        self.save()
        return member

    def stop(self, members: Iterable[Running], grace_s: float) -> None:
        """All are asked at once; who has not left within `grace_s` is killed, and what is left of each group."""
        leaving = list(members)
        for member in leaving:
            if not member.ended():
                send(member.process.pid, member.stop_signal)
        wait_until(lambda: all(member.ended() for member in leaving), grace_s)
        for member in leaving:
            kill_group(member.process.pid)
            member.process.wait()
        self.members = [member for member in self.members if member not in leaving]
        self.save()

    def save(self) -> None:
        lines = [
            f"{member.process.pid} {int(member.stop_signal)} {member.command}\n"
            for member in self.members
            if not member.ended()
        ]
        self.path.write_text("".join(lines))

    def reap(self, grace_s: float = 20) -> None:
        """Stops what a killed runner left behind. A number that another process bears by now is let be."""
        if not self.path.exists():
            return
        entries = [line.split(" ", 2) for line in self.path.read_text().splitlines()]
        left = [
            (int(pid), int(number), command) for pid, number, command in entries if command_line(int(pid)) == command
        ]
        for pid, number, _ in reversed(left):
            send(pid, number)
        wait_until(lambda: all(command_line(pid) != command for pid, _, command in left), grace_s)
        for pid, _, _ in left:
            kill_group(pid)
        self.path.unlink()


def send(pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def wait_until(done: Callable[[], bool], timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True
