"""Both servers around a block of work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from supportvoice.embedded import postgres, valkey
from supportvoice.embedded.processes import Roster

STOP_GRACE_S = 20
SERVERS = {"DATABASE_URL": postgres, "REDIS_URL": valkey}


@contextmanager
def running_servers(
    folder: Path, roster: Roster, given: Mapping[str, str], *, throwaway: bool = False
) -> Iterator[dict[str, str]]:
    """DATABASE_URL and REDIS_URL while the block runs. A URL that is given stands for a server not started."""
    try:
        yield {
            name: given.get(name) or server.start(folder, roster, throwaway=throwaway)
            for name, server in SERVERS.items()
        }
    finally:
        roster.stop(list(roster.members), STOP_GRACE_S)


def is_own(folder: Path, name: str, url: str) -> bool:
    """Whether `url` names the server whose data is in `folder`, running or not."""
    secret = SERVERS[name].password(folder)
    return secret is not None and secret in url
