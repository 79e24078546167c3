"""How long something may take. One timer watches all that is going on: one for each would cost a delivery 3 µs."""

from __future__ import annotations

import asyncio
import time
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
        self._until_s[one] = time.monotonic() + self._within_s
        if not self._is_watched:
            self._is_watched = True
            asyncio.get_running_loop().call_later(self._within_s, self._look)

    def end(self, one: One) -> None:
        self._until_s.pop(one, None)

    def _look(self) -> None:
        while self._until_s:
            one, until_s = next(iter(self._until_s.items()))
            if (left_s := until_s - time.monotonic()) > 0:
                asyncio.get_running_loop().call_later(left_s, self._look)
                return
            del self._until_s[one]
            self._give_up(one)
        self._is_watched = False
