"""What many ask for at once is made once, and knows of everything that was there when they asked."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

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


def test_a_failure_is_told_and_not_kept() -> None:
    left = ["this fails"]

    def make() -> int:
        return 1 if not left else int(left.pop())

    shared = Shared(make)
    with pytest.raises(ValueError, match="this fails"):
        shared.get()
    assert shared.get() == 1
