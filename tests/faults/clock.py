"""A process's own clock, by libfaketime. The one that only measures stays right, as it does where a clock is set."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import pytest

NO_FAKETIME = "NO FAKETIME: a wrong clock is not tried out. Install Debian's faketime."


def wrong_clock(minutes: int) -> dict[str, str]:
    """For a process's environment."""
    return _faketime() | {"FAKETIME": f"{minutes:+d}m"}


def clock_that_is_set(file: Path, off_by: str) -> dict[str, str]:
    """As wrong as the file says, at any time."""
    file.write_text(off_by)
    return _faketime() | {"FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1"}


def _faketime() -> dict[str, str]:
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if library is None or shutil.which("faketime") is None:
        warnings.warn(NO_FAKETIME, stacklevel=3)
        pytest.skip(NO_FAKETIME)
    asleep = Path(__file__).parent / "asleep"
    return {"LD_PRELOAD": str(library), "FAKETIME_DONT_FAKE_MONOTONIC": "1", "PYTHONPATH": str(asleep)}
