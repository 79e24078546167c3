"""An adapter as everybody uses it: behind its circuit breaker and within its share of requests at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from tickets.crm.breaker import Breaker
from tickets.crm.errors import CrmError, NotAskedError, NotSetUpError, TooSlowError, UnreachableError
from tickets.crm.interface import Adapter, Change, CrmTicket, Found, Health, Kind, NewTicket
from tickets.crm.limit import under_way

# Who gives a CRM less than this cannot say that it is down: a caller's 600 ms are over before many answers come.
FAIR_S = 5.0

T = TypeVar("T")


@cache
def breaker(name: str) -> Breaker:
    return Breaker(name)


class Guarded:
    """An Adapter. Also raises BreakerOpenError and BusyError, before anything is asked."""

    def __init__(self, adapter: Adapter) -> None:
        self.name, self.capabilities = adapter.name, adapter.capabilities
        self._adapter = adapter

    def find_by_number(self, number: str, *, timeout_s: float) -> CrmTicket | None:
        return self._read(lambda left_s: self._adapter.find_by_number(number, timeout_s=left_s), timeout_s)

    def find_open_by_contact(self, *, phone: str = "", email: str = "", timeout_s: float) -> Found:
        def ask(left_s: float) -> Found:
            return self._adapter.find_open_by_contact(phone=phone, email=email, timeout_s=left_s)

        return self._read(ask, timeout_s)

    def create(self, new: NewTicket, *, key: str, timeout_s: float) -> CrmTicket:
        return self._once(lambda left_s: self._adapter.create(new, key=key, timeout_s=left_s), timeout_s)

    def add_note(self, number: str, text: str, *, public: bool, key: str, timeout_s: float) -> CrmTicket:
        def write(left_s: float) -> CrmTicket:
            return self._adapter.add_note(number, text, public=public, key=key, timeout_s=left_s)

        return self._once(write, timeout_s)

    def update(self, number: str, change: Change, *, key: str, timeout_s: float) -> CrmTicket:
        return self._once(lambda left_s: self._adapter.update(number, change, key=key, timeout_s=left_s), timeout_s)

    def escalate(self, number: str, *, brief: str, priority: str, key: str, timeout_s: float) -> CrmTicket:
        def write(left_s: float) -> CrmTicket:
            return self._adapter.escalate(number, brief=brief, priority=priority, key=key, timeout_s=left_s)

        return self._once(write, timeout_s)

    def find_written(self, kind: Kind, number: str, *, key: str, timeout_s: float) -> CrmTicket | None:
        return self._read(lambda left_s: self._adapter.find_written(kind, number, key=key, timeout_s=left_s), timeout_s)

    def health(self, *, timeout_s: float) -> Health:
        """Past the breaker: whoever asks wants to know now."""
        return self._adapter.health(timeout_s=timeout_s)

    def _read(self, ask: Callable[[float], T], timeout_s: float) -> T:
        """Once more where no connection was made, within the time there is."""
        ends = time.monotonic() + timeout_s
        try:
            return self._once(ask, timeout_s)
        except UnreachableError:
            return self._once(ask, max(ends - time.monotonic(), 0))

    def _once(self, ask: Callable[[float], T], timeout_s: float) -> T:
        guard = breaker(self.name)
        guard.before()
        with under_way(self.name, timeout_s):
            try:
                answer = ask(timeout_s)
            except CrmError as error:
                if _tells_something(error, timeout_s):
                    guard.after(good=not error.counts)
                raise
        guard.after(good=True)
        return answer


def _tells_something(error: CrmError, timeout_s: float) -> bool:
    if isinstance(error, TooSlowError):
        return timeout_s >= FAIR_S
    return not isinstance(error, NotAskedError | NotSetUpError)
