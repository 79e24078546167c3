"""How many processes of a machine project at a time: half as many as it has processors.

Two that project leave a machine of two nothing for what a caller waits for, and a worker nothing for its other tasks.
A machine is what shares a folder for temporary files: each container counts for itself.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from django.db import connection

from supportvoice import kernel_lock

log = logging.getLogger(__name__)

PLACES = max(1, (os.cpu_count() or 1) // 2)


@contextmanager
def place() -> Iterator[bool]:
    """Whether there was one. The kernel takes it back from a process that dies.

    Where none can be counted, for instance because nothing can be written here, there is always one.
    """
    try:
        held = next((file for number in range(PLACES) if (file := _take(_file(number))) is not None), None)
    except OSError as error:
        log.warning("who projects on this machine cannot be counted: %s", error)
        yield True
        return
    try:
        yield held is not None
    finally:
        if held is not None:
            os.close(held)


def _take(name: Path) -> int | None:
    """None where another process has it. Raises OSError."""
    file, is_mine = os.open(name, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600), False
    try:
        if os.fstat(file).st_uid != os.getuid():
            raise PermissionError(f"{name} is another account's")
        is_mine = kernel_lock.take(file)
    finally:
        if not is_mine:
            os.close(file)
    return file if is_mine else None


def _file(number: int) -> Path:
    """One for each account and database: installations on one machine do not wait for each other."""
    database = connection.get_connection_params()
    known = [database.get(name) for name in ("host", "port", "dbname")]
    name = blake2b(repr((os.getuid(), known)).encode(), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"supportvoice-{name}-projects-{number}"
