"""What many ask for at once is made once, and knows of everything that was there when they asked."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from calls.dashboard.shared import Shared


def test_who_asks_while_one_is_made_shares_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, looks, made = threading.Semaphore(0), list[int](), list[int]()

    def look_at_the_clock() -> int:
        looks.append(len(looks))
        return len(looks)

    def make() -> int:
        go_on.acquire()
        made.append(len(made))
        return made[-1]

    monkeypatch.setattr("calls.dashboard.shared.time.monotonic", look_at_the_clock)
    shared = Shared(make)
    with ThreadPoolExecutor(6) as threads:
        first = threads.submit(shared.get)
        while len(looks) < 2:  # it asked, and began to make one
            threading.Event().wait(0.01)
        others = [threads.submit(shared.get) for _ in range(5)]
        while len(looks) < 7:  # they have asked
            threading.Event().wait(0.01)
        go_on.release(2)
        assert (first.result(), {other.result() for other in others}) == (0, {1})
    assert made == [0, 1]


def test_who_asks_later_gets_a_newer_one() -> None:
    numbers = iter(range(10))
    shared = Shared(lambda: next(numbers))
    assert [shared.get(), shared.get()] == [0, 1]


@dataclass
class Clocks:
    """The wall clock, and the monotonic one, which nobody sets and which never stands still."""

    wall_ms: int = 1_000_000
    since_s: float = 500.0

    def passes(self, seconds: float) -> None:
        self.wall_ms += round(seconds * 1000)
        self.since_s += seconds

    def monotonic(self) -> float:
        self.since_s += 1e-6
        return self.since_s


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    clocks = Clocks()
    told = SimpleNamespace(monotonic=clocks.monotonic, time_ns=lambda: clocks.wall_ms * 1_000_000)
    monkeypatch.setattr("calls.dashboard.shared.time", told)
    return clocks


@pytest.fixture
def numbered() -> Shared[int]:
    numbers = iter(range(10))
    return Shared(lambda: next(numbers))


def test_those_who_heard_of_a_change_before_it_was_made_share_it(clocks: Clocks, numbered: Shared[int]) -> None:
    heard_ms = clocks.wall_ms
    clocks.passes(0.01)
    first = numbered.get(heard_ms)
    clocks.passes(0.3)
    assert [first, numbered.get(heard_ms), numbered.get(heard_ms + 9)] == [0, 0, 0]


@pytest.mark.parametrize("later_ms", [0, 1, 200])
def test_who_heard_of_a_change_later_gets_a_newer_one(clocks: Clocks, numbered: Shared[int], later_ms: int) -> None:
    """In the same millisecond is later too: which of the two came first is not known."""
    heard_ms = clocks.wall_ms + later_ms
    numbered.get(clocks.wall_ms - 1)
    clocks.passes(0.3)
    assert [numbered.get(heard_ms), numbered.get(heard_ms)] == [1, 1]


def test_who_does_not_say_what_they_heard_gets_a_newer_one(clocks: Clocks, numbered: Shared[int]) -> None:
    numbered.get(clocks.wall_ms - 1)
    assert [numbered.get(), numbered.get()] == [1, 2]


@pytest.mark.parametrize("set_back_ms", [0, 3_600_000])
def test_none_is_shown_that_is_a_second_old_whatever_the_wall_clock_says(
    clocks: Clocks, numbered: Shared[int], set_back_ms: int
) -> None:
    heard_ms = clocks.wall_ms - 1 - set_back_ms
    numbered.get(heard_ms)
    clocks.passes(0.9)
    clocks.wall_ms -= set_back_ms
    assert numbered.get(heard_ms) == 0
    clocks.passes(0.2)
    assert numbered.get(heard_ms) == 1


def test_a_failure_is_told_and_not_kept() -> None:
    left = ["this fails"]

    def make() -> int:
        return 1 if not left else int(left.pop())

    shared = Shared(make)
    with pytest.raises(ValueError, match="this fails"):
        shared.get()
    assert shared.get() == 1
