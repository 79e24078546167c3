"""PostgreSQL's disk is full, on an installation of its own whose data is in a small file system in memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.rig import ROUNDS, TIMEOUT_S, running_rig

pytestmark = pytest.mark.timeout(TIMEOUT_S)

SIZE = "256m"
NO_DISK = "NO DISK TO FILL: only root may mount one. The full disk is not tried out."
NO_ENTRY = "NO DISK TO FILL: PostgreSQL's account may not enter this installation, and keeps its data elsewhere."


@pytest.fixture
def small_disk() -> Iterator[Path]:
    if ROUNDS == 1:
        pytest.skip("A full disk is a case of `make faults`.")
    with tempfile.TemporaryDirectory() as where:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "faults", where]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
            skip_loudly(NO_DISK)
        try:
            yield Path(where)
        finally:
            subprocess.run(["umount", where], check=True)


def skip_loudly(why: str) -> None:
    warnings.warn(why, stacklevel=2)
    pytest.skip(why)


def test_a_full_disk_refuses_and_loses_nothing(small_disk: Path, tmp_path: Path) -> None:
    with running_rig(tmp_path, small_disk) as rig:
        if (small_disk / "home").exists():
            skip_loudly(NO_ENTRY)
        with rig.load() as load:
            for _ in range(2):
                with full(small_disk):
                    rig.is_refused(load)
                rig.servers.revive_postgres()
                rig.is_accepted(load)
        assert rig.check("disk full").unavailable


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """To the last page."""
    filler = disk / "filler"
    try:
        fill(filler)
        yield
    finally:
        filler.unlink()


def fill(filler: Path) -> None:
    for size in (1 << 20, 1 << 12):
        try:
            with filler.open("ab", buffering=0) as file:
                while True:
                    file.write(bytes(size))
        except OSError:
            continue
