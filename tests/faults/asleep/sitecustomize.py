"""For a process under libfaketime, whose `clock_nanosleep` fails where the monotonic clock is left right."""

from __future__ import annotations

import select
import time
from typing import Any


def sleep(seconds: Any) -> None:
    select.select([], [], [], seconds)


time.sleep = sleep
