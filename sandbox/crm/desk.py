"""What both stand-ins have: tickets and people in memory, a ledger of every write, and knobs to make them misbehave."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

RELEASE_WITHIN_S = 60


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is JSON, or text as it is."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class HungUpError(Exception):
    """The connection ends without an answer."""


@dataclass
class Knobs:
    """`latency_s` of every answer. `traps`: each of the next writes takes one.

    hang-before, hang-after: the connection ends before or after the work. hold-before, hold-after: waits there until
    `released`. 429, 500, …: that status, nothing done. `is_down`: every request ends without an answer.
    """

    latency_s: float = 0.0
    traps: list[str] = field(default_factory=list)
    is_down: bool = False
    search_lag_s: float = 0.0
    released: threading.Event = field(default_factory=threading.Event)
    held: threading.Event = field(default_factory=threading.Event)

    def turn(self, wanted: Mapping[str, Any]) -> None:
        self.latency_s = float(wanted.get("latency_s", self.latency_s))
        self.search_lag_s = float(wanted.get("search_lag_s", self.search_lag_s))
        self.is_down = bool(wanted.get("is_down", self.is_down))
        if "traps" in wanted:
            self.traps = [str(trap) for trap in wanted["traps"]]
            self.released.clear()
            self.held.clear()
        if wanted.get("release"):
            self.released.set()

    def hold(self) -> None:
        self.held.set()
        self.released.wait(RELEASE_WITHIN_S)


class StandIn(Protocol):
    """One CRM. `ledger`: (what was written, the ticket's number, the text that came with it)."""

    knobs: Knobs
    ledger: list[dict[str, Any]]

    def answer(self, request: Request) -> Answer: ...

    def reset(self) -> None: ...

    def plant(self, what: Mapping[str, Any]) -> dict[str, Any]:
        """People and tickets that were there before."""
        ...


class Numbers:
    def __init__(self, first: int) -> None:
        self._numbers = itertools.count(first)
        self._lock = threading.Lock()

    def next(self) -> int:
        with self._lock:
            return next(self._numbers)


def now_text() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
