"""A thread of its own for what nobody shall wait for."""

from __future__ import annotations

import threading
import time

from supportvoice.background import Background


def test_work_that_comes_while_it_works_is_done_after_it() -> None:
    working, go_on = threading.Event(), threading.Event()
    done: list[int] = []

    def work() -> None:
        working.set()
        go_on.wait(5)
        done.append(len(done))

    background = Background("test", work, pause_s=0)
    background.wake()
    assert working.wait(5)
    background.wake()
    background.wake()
    go_on.set()
    deadline = time.monotonic() + 5
    while len(done) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert done == [0, 1]


def test_what_work_raises_does_not_end_it() -> None:
    again = threading.Event()
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise ZeroDivisionError
        again.set()

    background = Background("test", work, pause_s=0)
    deadline = time.monotonic() + 5
    while not again.is_set() and time.monotonic() < deadline:
        background.wake()
        time.sleep(0.01)
    assert again.is_set()
