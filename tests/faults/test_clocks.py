"""One process's clock is ten minutes off, the others' is right: nothing is lost, and nothing waits for ever."""

from __future__ import annotations

import shutil
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.rig import TIMEOUT_S, Rig

pytestmark = pytest.mark.timeout(TIMEOUT_S)

NO_FAKETIME = "NO FAKETIME: a wrong clock is not tried out. Install Debian's faketime."
OFF_BY = "SELECT extract(epoch FROM received_at - now()) / 60 FROM calls_event ORDER BY received_at %s LIMIT 1"


def wrong_clock(minutes: int) -> dict[str, str]:
    """For a process's environment. The clock that only measures stays right, as it does where a clock is set."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if library is None or shutil.which("faketime") is None:
        warnings.warn(NO_FAKETIME, stacklevel=2)
        pytest.skip(NO_FAKETIME)
    return {"LD_PRELOAD": str(library), "FAKETIME": f"{minutes:+d}m", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@pytest.fixture(scope="module", autouse=True)
def right_clocks_afterwards(rig: Rig) -> Iterator[None]:
    yield
    rig.kill_web()
    rig.stack.kill("worker")
    rig.start_web()
    rig.start_worker()


@pytest.mark.parametrize("minutes", [10, -10])
def test_the_web_servers_clock_is_off(rig: Rig, minutes: int) -> None:
    clock = wrong_clock(minutes)
    rig.kill_web()
    rig.start_web(**clock)
    with rig.load():
        time.sleep(1)
    assert is_off(rig, minutes)
    counts = rig.check(f"web server {minutes:+d} min off")
    assert counts.accepted == counts.sent - counts.unanswered


def is_off(rig: Rig, minutes: int) -> bool:
    """Whether the clock was wrong indeed."""
    ((found,),) = rig.stack.sql(OFF_BY % ("DESC" if minutes > 0 else ""))
    return abs(float(found) - minutes) < 2


@pytest.mark.parametrize("minutes", [10, -10])
def test_the_celery_workers_clock_is_off(rig: Rig, minutes: int) -> None:
    clock = wrong_clock(minutes)
    rig.stack.kill("worker")
    rig.start_worker(**clock)
    with rig.load():
        time.sleep(1)
    counts = rig.check(f"Celery worker {minutes:+d} min off")
    assert counts.accepted == counts.sent - counts.unanswered
