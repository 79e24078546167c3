"""Signed deliveries at a fixed rate over kept connections. Latency counts from when a delivery was due, not sent."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from statistics import quantiles

from bench.load.connections import Connection, connect
from bench.load.requests import signed

CONNECTIONS = 256
TICK_S = 0.002
# What has no answer by then is an error.
PATIENCE_S = 10.0
FILLER = "The caller asked where the parcel is and was told that it is on its way. "
CALLS = 1_000
# As many as a call of three minutes sends.
EVENTS_A_CALL = 140


@dataclass
class Outcome:
    """Of one rate held for one time. `accepted`: the stamps (ms) of what was answered with 200."""

    rate: float
    seconds: float
    latencies_ms: list[float] = field(default_factory=list)
    accepted: set[int] = field(default_factory=set)
    errors: int = 0

    def quantile_ms(self, per_cent: int) -> float:
        return quantiles(self.latencies_ms, n=100, method="inclusive")[per_cent - 1] if self.latencies_ms else 0.0


class Bodies:
    """Unique events of about 3 KB: of a thousand calls, each followed by another when all is said.

    Caller and agent speak in turn. A call that went on for ever would cost more and more to project, as none does.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._calls = [str(uuid.uuid4()) for _ in range(CALLS)]
        self._conversations: list[list[str]] = [[] for _ in range(CALLS)]
        self._stamp_ms = int(time.time() * 1000)

    def next(self) -> tuple[int, bytes]:
        """Its stamp, and the whole request."""
        self._stamp_ms += 1
        return self._stamp_ms, signed(self._secret, _message(*self._said(), self._stamp_ms))

    def _said(self) -> tuple[str, str]:
        """What is next in which call: the thousand take turns, and each ends in a round of its own."""
        nth_round, place = divmod(self._stamp_ms, CALLS)
        step = (nth_round + place) % EVENTS_A_CALL
        if step == 0:
            self._calls[place], self._conversations[place] = str(uuid.uuid4()), []
        kind, role = EXCHANGE[step % len(EXCHANGE)]
        return _fields(kind, role, self._stamp_ms, self._conversations[place]), self._calls[place]


_TEMPLATE = json.dumps(
    {
        "message": {
            "timestamp": "@stamp@",
            "@fields@": "",
            "call": {"id": "@call@", "type": "inboundPhoneCall", "status": "in-progress", "orgId": str(uuid.uuid4())},
            "customer": {"number": "+447700900018"},
            "assistant": {"name": "Support desk", "firstMessage": FILLER, "model": {"provider": "openai"}},
            "artifact": {"messages": [{"role": "bot", "message": FILLER} for _ in range(20)]},
        }
    }
).replace('"@stamp@"', "@stamp@")


# Default messages, and the final transcripts.
EXCHANGE = tuple((kind, role) for role in ("user", "assistant") for kind in ("started", "words", "stopped", "all"))
SPEECH = '"type": "speech-update", "role": "%s", "status": "%s", "turn": %d'
WORDS = '"type": "transcript", "transcriptType": "final", "role": "%s", "transcript": "It is about parcel %d."'
CONVERSATION = '"type": "conversation-update", "conversation": [%s]'
LINE = '{"role": "%s", "content": "It is about parcel %d."}'


def _fields(kind: str, role: str, stamp_ms: int, conversation: list[str]) -> str:
    """A conversation is told whole, and what is said is added to it."""
    if kind == "all":
        return CONVERSATION % ", ".join(conversation)
    if kind == "words":
        conversation.append(LINE % (role, stamp_ms))
        return WORDS % (role, stamp_ms)
    return SPEECH % (role, kind, stamp_ms)


def _message(fields: str, call_id: str, stamp_ms: int) -> bytes:
    filled = _TEMPLATE.replace('"@fields@": ""', fields)
    return filled.replace("@stamp@", str(stamp_ms)).replace("@call@", call_id).encode()


class _Running:
    """Requests are made before the clock runs: the load takes as little as it can of the cores it shares."""

    def __init__(self, outcome: Outcome, bodies: Bodies) -> None:
        self.outcome = outcome
        self._total = round(outcome.rate * outcome.seconds)
        self._requests = deque(bodies.next() for _ in range(self._total))
        # The one that was idle longest comes next: servers close what is idle for seconds.
        self._free: deque[Connection] = deque()
        self._due: deque[float] = deque()
        self._open: set[Connection] = set()

    async def run(self, port: int) -> None:
        self._free.extend([await connect(self, port) for _ in range(CONNECTIONS)])
        began, sent = time.perf_counter(), 0
        while sent < self._total:
            until = min(int((time.perf_counter() - began) * self.outcome.rate), self._total)
            self._due.extend(began + number / self.outcome.rate for number in range(sent, until))
            sent = until
            self._send()
            await asyncio.sleep(TICK_S)
        await self._wait_for_the_rest()

    async def _wait_for_the_rest(self) -> None:
        until = time.perf_counter() + PATIENCE_S
        while (self._due or self._open) and time.perf_counter() < until:  # noqa: ASYNC110  answers come by callback
            await asyncio.sleep(TICK_S)
        self.outcome.errors += len(self._due) + len(self._open)

    def _send(self) -> None:
        while self._free and self._due:
            connection = self._free.popleft()
            self._open.add(connection)
            stamp_ms, request = self._requests.popleft()
            connection.send(request, (self._due.popleft(), stamp_ms))

    def answered(self, connection: Connection, status: int, _: bytes) -> None:
        due, stamp_ms = connection.about
        self._open.discard(connection)
        self._free.append(connection)
        self.outcome.latencies_ms.append((time.perf_counter() - due) * 1000)
        if status == 200:
            self.outcome.accepted.add(stamp_ms)
        else:
            self.outcome.errors += 1
        self._send()

    def lost(self, connection: Connection) -> None:
        if connection in self._open:
            self._open.discard(connection)
            self.outcome.errors += 1


async def hold(rate: float, seconds: float, port: int, bodies: Bodies) -> Outcome:
    outcome = Outcome(rate, seconds)
    await _Running(outcome, bodies).run(port)
    return outcome
