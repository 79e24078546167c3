"""Runs a command beside a PostgreSQL and a Valkey of its own: python -m supportvoice.embedded --folder F -- COMMAND"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from supportvoice.embedded.failure import StartError
from supportvoice.embedded.local_secrets import made_up
from supportvoice.embedded.lock import runner_lock
from supportvoice.embedded.processes import Roster
from supportvoice.embedded.servers import running_servers

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m supportvoice.embedded", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the servers keep their data")
    parser.add_argument("--throwaway", action="store_true", help="faster, and not safe against a power cut")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    try:
        return run(options.folder.resolve(), options.command, throwaway=options.throwaway)
    except StartError as error:
        sys.stderr.write(f"{error}\n")
    except PermissionError as error:
        sys.stderr.write(f"{error.filename} belongs to another user. Run as that user, or remove it.\n")
    return 1


def run(folder: Path, command: list[str], *, throwaway: bool) -> int:
    for number in SIGNALS:
        signal.signal(number, leave)
    with runner_lock(folder):
        roster = Roster(folder / "processes")
        roster.reap()
        with running_servers(folder, roster, {}, throwaway=throwaway) as urls:
            return run_command(command, {**made_up(), **os.environ, **urls, "LOCAL_MODE": "1"})


def leave(number: int, frame: FrameType | None) -> None:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)  # the servers are being stopped: once is enough
    raise SystemExit(128 + number)


def run_command(command: list[str], env: Mapping[str, str]) -> int:
    process = subprocess.Popen(command, env=env)

    def pass_on(number: int, frame: FrameType | None) -> None:
        if not (number == signal.SIGINT and is_foreground()):
            process.send_signal(number)

    for number in SIGNALS:
        signal.signal(number, pass_on)
    code = process.wait()
    return code if code >= 0 else 128 - code


def is_foreground() -> bool:
    """At a terminal, Ctrl-C reaches the command without help; a second one would make it break off."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False


if __name__ == "__main__":
    sys.exit(main())
