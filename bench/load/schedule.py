"""When each event is due, decided before anything is sent: so many calls at any time, and bursts of all they say."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from bench.load.talk import CALL_S, Call, Step, call, steps


@dataclass(frozen=True)
class Bursts:
    """In the middle of every `every_s`, for `lasts_s` all goes `times` as fast: calls begin, speak and end."""

    every_s: float = 60.0
    lasts_s: float = 5.0
    times: float = 3.0

    def due_s(self, at_s: float) -> float:
        """The second at which is due what a steady load would have had at `at_s`."""
        gained_s = self.lasts_s * (self.times - 1)
        rounds, into_s = divmod(at_s, self.every_s + gained_s)
        begins_s = (self.every_s - self.lasts_s) / 2
        inside_s = min(max(into_s - begins_s, 0.0), self.lasts_s * self.times)
        return rounds * self.every_s + into_s - inside_s + inside_s / self.times


STEADY = Bursts(times=1.0)


class Due(NamedTuple):
    """`at_s` since the load began. `is_whole`: the call began under the load."""

    at_s: float
    call: Call
    step: Step
    is_whole: bool


def schedule(run: int, calls: int, opening_s: float, bursts: Bursts) -> Iterator[Due]:
    """Without end, in order. Those that run at the beginning are heard of within the first `opening_s`."""
    waiting: list[tuple[float, int, Step, _Playing]] = []
    count, ahead = itertools.count(), _begins(calls, opening_s)
    coming = next(ahead)
    while True:
        while not waiting or coming.begins_s <= waiting[0][0]:
            _push(waiting, count, _Playing(call(run, coming.number), coming))
            coming = next(ahead)
        at_s, _, step, playing = heapq.heappop(waiting)
        yield Due(bursts.due_s(at_s), playing.call, step, playing.begins.since_s == 0)
        _push(waiting, count, playing)


class _Begins(NamedTuple):
    """`since_s`: how long the call had been running when it is heard of."""

    number: int
    begins_s: float
    since_s: float


def _begins(calls: int, opening_s: float) -> Iterator[_Begins]:
    dice = random.Random(2)  # noqa: S311  the same load each time
    apart_s = CALL_S / calls

    def running(number: int) -> _Begins:
        return _Begins(number, dice.random() * opening_s, (number + dice.random()) * apart_s)

    def new(number: int) -> _Begins:
        return _Begins(number, (number - calls + dice.random()) * apart_s, 0.0)

    at_first = sorted(map(running, range(calls)), key=_begins_s)
    return heapq.merge(at_first, map(new, itertools.count(calls)), key=_begins_s)


def _begins_s(one: _Begins) -> float:
    return one.begins_s


class _Playing:
    def __init__(self, of: Call, begins: _Begins) -> None:
        self.call, self.begins = of, begins
        self._steps = steps(begins.since_s)
        self._shift_s = begins.begins_s - begins.since_s

    def next(self) -> tuple[float, Step] | None:
        step = next(self._steps, None)
        return None if step is None else (self._shift_s + step.at_s, step)


def _push(waiting: list[tuple[float, int, Step, _Playing]], count: Iterator[int], playing: _Playing) -> None:
    if (following := playing.next()) is not None:
        heapq.heappush(waiting, (following[0], next(count), following[1], playing))
