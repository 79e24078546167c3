"""The account at Vapi, as the checks ask it. What went wrong once is not tried again: each attempt takes seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from calls.vapi.rest import Rest, RestError

T = TypeVar("T")


class Account:
    def __init__(self) -> None:
        self._problem: RestError | None = None

    def ask(self, question: Callable[[Rest], T]) -> T:
        """Raises RestError."""
        if self._problem is not None:
            raise self._problem
        try:
            with Rest() as rest:
                return question(rest)
        except RestError as error:
            self._problem = error
            raise
