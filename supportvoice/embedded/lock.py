"""One runner a folder. The kernel drops the lock of a runner that died, however it died."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from supportvoice import kernel_lock
from supportvoice.embedded.failure import StartError


@contextmanager
def runner_lock(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "runner.lock").open("a+") as file:
        if not kernel_lock.take(file.fileno()):
            file.seek(0)
            owner = file.read().strip() or "unknown"
            raise StartError(f"Process {owner} already runs in {folder}. Stop it first.")
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
