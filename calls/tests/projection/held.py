"""What another transaction has taken."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def held_elsewhere(take: Callable[[], Any]) -> Iterator[None]:
    """A transaction of another thread has it while the block runs, and has given it back afterwards."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            assert take()
            held.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(10)
        yield
    finally:
        done.set()
        holder.join()
