"""How one process of the web server takes connections."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import pytest
import uvloop

from supportvoice import accepting
from supportvoice.accepting import AT_ONCE, MOST_PROCESSES, Accepting, Shares

Has = Callable[[int], bool]


class Taken(asyncio.Protocol):
    """Notes the round of the loop in which each connection came in."""

    def __init__(self, rounds: list[int], taken_in: list[int]) -> None:
        self._rounds, self._taken_in = rounds, taken_in

    def connection_made(self, _: asyncio.BaseTransport) -> None:
        self._taken_in.append(self._rounds[0])


async def taken(listening: socket.socket, count: int, has_more: Has = lambda _: False) -> list[int]:
    """In which round of the loop each came in, of so many that wait already."""
    loop, rounds, taken_in = asyncio.get_running_loop(), [0], list[int]()
    with waiting(listening, count):
        with closing(Accepting(listening, lambda: Taken(rounds, taken_in), taken_in, has_more)) as taking:
            async with asyncio.timeout(10):
                while len(taken_in) < count:
                    rounds[0] += 1
                    await asyncio.sleep(0)
        await taking.wait_closed()
    assert not loop.remove_reader(listening)
    return taken_in


@contextmanager
def waiting(listening: socket.socket, count: int) -> Iterator[None]:
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(socket.create_connection(listening.getsockname()))
        yield


def test_many_come_in_by_one_round_of_the_loop() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        taken_in = uvloop.run(taken(listening, 4 * AT_ONCE))
    assert max(map(taken_in.count, taken_in)) == AT_ONCE > 1


def test_one_that_has_more_leaves_them_to_the_others_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def has_more(count: int) -> bool:
        asked.append(count)
        return count > 2

    monkeypatch.setattr(accepting, "LEAVES_FOR_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        rounds = uvloop.run(taken(listening, 7, has_more))
    assert asked == [0, 1, 2, 3]
    assert rounds[2] < rounds[3] == rounds[6]


class Exhausted(socket.socket):
    """Once there is no file left."""

    refuses = True

    def accept(self) -> tuple[socket.socket, Any]:
        if self.refuses:
            self.refuses = False
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


def test_where_files_run_out_connections_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accepting, "RESTS_FOR_S", 0.05)
    with Exhausted() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert len(uvloop.run(taken(listening, 3))) == 3
        assert not listening.refuses


def test_a_share_is_that_of_those_that_are_there() -> None:
    shares = Shares()
    first, second = shares.join(), shares.join()
    assert shares.has_more(first, 1)
    assert not shares.has_more(second, 1)
    assert not shares.has_more(first, 1)
    assert shares.has_more(first, 2)
    shares.leave(second)
    assert not shares.has_more(first, 2)
    assert shares.join() == second
    assert shares.has_more(first, 2)


def test_places_are_used_again() -> None:
    shares = Shares()
    for _ in range(2 * MOST_PROCESSES):
        shares.leave(shares.join())
