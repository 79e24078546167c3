"""A lock on an open file: the kernel drops it with the file, however its process ends."""

from __future__ import annotations

import fcntl


def take(file: int) -> bool:
    """Whether nobody else has it. Raises OSError where files cannot be locked."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
