"""A circuit breaker: a CRM that fails is left alone for a while, so that nobody waits for it in vain.

Closed: asked. Open: not asked. Half open: one request in PROBE_S tries whether it is back. The processes share in Redis
what they saw; while that is away, each goes by what it saw itself.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import redis

from tickets.crm.errors import BreakerOpenError
from tickets.crm.shared import together

WINDOW_S = 10
LEAST_FAILURES = 3
RATE = 0.5
OPEN_S = 5.0
PROBE_S = 3.0
CLOSED, OPEN, HALF_OPEN = "closed", "open", "half open"

# One step, so that no process acts on half of what another one wrote.
_RECORD = """
local second = math.floor(tonumber(ARGV[1]))
redis.call('HINCRBY', KEYS[1], second .. ':' .. ARGV[2], 1)
redis.call('PEXPIRE', KEYS[1], 60000)
local good, bad = 0, 0
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
    local at, kind = string.match(fields[i], '(%d+):(%a+)')
    if tonumber(at) <= second - tonumber(ARGV[3]) then
        redis.call('HDEL', KEYS[1], fields[i])
    elseif kind == 'bad' then bad = bad + tonumber(fields[i + 1])
    else good = good + tonumber(fields[i + 1]) end
end
return {good, bad}
"""


@dataclass
class Seen:
    """What one process saw: (second, was it good)."""

    outcomes: deque[tuple[float, bool]] = field(default_factory=lambda: deque(maxlen=1_000))
    opened_at: float | None = None
    probe_at: float | None = None


@dataclass
class Breaker:
    """`now` is in seconds since 1970, the same for all processes of one machine and near enough between machines."""

    name: str
    now: Callable[[], float] = time.time
    seen: Seen = field(default_factory=Seen)

    def before(self) -> None:
        """Raises BreakerOpenError where the CRM is not to be asked now."""
        if not together(self._may_ask, self._may_ask_alone):
            raise BreakerOpenError(f"{self.name} failed too often just now.")

    def after(self, *, good: bool) -> None:
        self.seen.outcomes.append((self.now(), good))
        together(lambda client: self._record(client, good), lambda: self._record_alone(good))

    def state(self) -> str:
        return together(self._state, self._state_alone)

    def _may_ask(self, client: redis.Redis) -> bool:
        opened = client.get(self._key("open"))
        if opened is None:
            return True
        if self.now() - float(str(opened)) < OPEN_S:
            return False
        return bool(client.set(self._key("probe"), "1", nx=True, px=int(PROBE_S * 1000)))

    def _record(self, client: redis.Redis, good: bool) -> None:
        is_open = client.exists(self._key("open"))
        if good and is_open:
            client.delete(self._key("open"), self._key("probe"), self._key("seen"))
            return
        if is_open:
            client.set(self._key("open"), self.now(), ex=600)
            return
        kind = "good" if good else "bad"
        counted = client.eval(_RECORD, 1, self._key("seen"), str(self.now()), kind, str(WINDOW_S))
        right, wrong = (int(number) for number in counted)
        if is_too_bad(right, wrong):
            client.set(self._key("open"), self.now(), ex=600)

    def _state(self, client: redis.Redis) -> str:
        opened = client.get(self._key("open"))
        return _named(None if opened is None else float(str(opened)), self.now())

    def _may_ask_alone(self) -> bool:
        if self.seen.opened_at is None:
            return True
        now = self.now()
        if now - self.seen.opened_at < OPEN_S or (self.seen.probe_at and now - self.seen.probe_at < PROBE_S):
            return False
        self.seen.probe_at = now
        return True

    def _record_alone(self, good: bool) -> None:
        if self.seen.opened_at is not None:
            self.seen.opened_at = None if good else self.now()
            self.seen.probe_at = None
            self.seen.outcomes.clear()
            return
        recent = [one for at, one in self.seen.outcomes if at > self.now() - WINDOW_S]
        if is_too_bad(sum(recent), len(recent) - sum(recent)):
            self.seen.opened_at = self.now()

    def _state_alone(self) -> str:
        return _named(self.seen.opened_at, self.now())

    def _key(self, what: str) -> str:
        return f"crm:{self.name}:{what}"


def is_too_bad(good: int, bad: int) -> bool:
    return bad >= LEAST_FAILURES and bad >= RATE * (good + bad)


def _named(opened_at: float | None, now: float) -> str:
    if opened_at is None:
        return CLOSED
    return OPEN if now - opened_at < OPEN_S else HALF_OPEN
