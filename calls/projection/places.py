"""How many processes of a machine project at a time: half as many as it has processors.

Two that project leave a machine of two nothing for what a caller waits for, and a worker nothing for its other tasks.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from django.db import connection

PLACES = max(1, (os.cpu_count() or 1) // 2)


@contextmanager
def place() -> Iterator[bool]:
    """Whether there was one. The kernel takes it back from a process that dies."""
    for number in range(PLACES):
        held = os.open(_file(number), os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            if _locks(held):
                yield True
                return
        finally:
            os.close(held)
    yield False


def _locks(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _file(number: int) -> Path:
    """One for each account and database: installations on one machine do not wait for each other."""
    database = connection.get_connection_params()
    known = [database.get(name) for name in ("host", "port", "dbname")]
    name = blake2b(repr((os.getuid(), known)).encode(), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"supportvoice-{name}-projects-{number}"
