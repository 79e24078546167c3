"""How long something may take. One timer watches all that is going on: one for each would cost a delivery 3 µs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

One = TypeVar("One", bound=Hashable)


class Patience(Generic[One]):
    """Calls `give_up` with whatever began `within_s` ago and has not ended. Belongs to one event loop."""

    def __init__(self, within_s: float, give_up: Callable[[One], None]) -> None:
        self._within_s, self._give_up = within_s, give_up
        self._until_s: dict[One, float] = {}  # in the order in which they began, which is that of their end
        self._is_watched = False

    def begin(self, one: One) -> None:
        loop = asyncio.get_running_loop()
        self._until_s[one] = loop.time() + self._within_s
        if not self._is_watched:
            self._is_watched = True
            loop.call_later(self._within_s, self._look, loop)

    def end(self, one: One) -> None:
        self._until_s.pop(one, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._until_s:
            one, until_s = next(iter(self._until_s.items()))
            if until_s > loop.time():
                loop.call_at(until_s, self._look, loop)
                return
            del self._until_s[one]
            self._give_up(one)
        self._is_watched = False
