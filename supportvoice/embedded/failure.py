"""The one exception of the local runner."""

from __future__ import annotations

from collections import deque
from pathlib import Path


class StartError(Exception):
    """Why nothing was started, in words for the person at the terminal."""


def last_lines(log: Path, count: int = 12) -> str:
    if not log.exists():
        return ""
    with log.open(errors="replace") as file:
        return "".join(deque(file, count)).rstrip()
