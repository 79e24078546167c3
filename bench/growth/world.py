"""Who called when and about what: the facts that the rows of every table agree on."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import NamedTuple
from uuid import UUID

from bench.growth.words import Speech

DAYS = 30
TURNS_A_CALL = 20
RUNNING = 40
# A few customers call a hundred times, and most once or twice.
SKEW = 2.5
# Beyond what the demo's own rows have.
FIRST = 1_000_000
TOOLS = {
    "getTicketStatus": 30,
    "getTicketDetails": 20,
    "getTicket": 15,
    "addTicketNote": 12,
    "verifyCaller": 10,
    "createTicket": 8,
    "cancelOrder": 4,
    "requestRefund": 3,
    "scheduleCallback": 3,
}
GUARDED = {"cancelOrder": "cancel", "requestRefund": "refund"}
ENDINGS = {
    ("customer-ended-call", "customer-ended", "customer", ""): 70,
    ("assistant-ended-call", "assistant-ended", "assistant", ""): 15,
    ("assistant-forwarded-call", "transferred", "assistant", ""): 8,
    ("silence-timed-out", "time-limit", "", ""): 4,
    ("call.in-progress.error-providerfault-openai-llm-failed", "llm-error", "", "provider"): 2,
    ("call.in-progress.error-vapifault-worker-died", "platform-error", "", "vapi"): 1,
}
OUR_NUMBER = "+12025550100"


class Call(NamedTuple):
    """`customer`, `assistant`: their ids. `seconds`: how long it was."""

    id: int
    vapi_id: str
    began: datetime
    seconds: int
    customer: int
    assistant: int
    is_running: bool

    def at(self, seconds: float) -> datetime:
        return self.began + timedelta(seconds=seconds)

    @property
    def ended(self) -> datetime | None:
        return None if self.is_running else self.at(self.seconds)


class ToolCall(NamedTuple):
    id: int
    call: Call
    name: str
    ticket: int | None
    at: datetime
    failed: bool


def number_of(customer: int) -> str:
    return f"+4477{customer - FIRST:08d}"


@dataclass(frozen=True)
class World:
    """Of so many calls. The same number gives the same world, apart from its time."""

    number: int
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @cached_property
    def speech(self) -> Speech:
        return Speech(self.random("speech"))

    @property
    def customers(self) -> range:
        return range(FIRST, FIRST + max(self.number // 5, 10))

    @property
    def tickets(self) -> range:
        return range(FIRST, FIRST + max(self.number * 2 // 5, 10))

    @property
    def assistants(self) -> range:
        return range(FIRST, FIRST + 6)

    @property
    def people(self) -> range:
        return range(FIRST, FIRST + 12)

    def random(self, purpose: str) -> Random:
        """Tables are written one after the other, and none depends on how much chance another has used."""
        return Random(zlib.crc32(purpose.encode()))  # noqa: S311  no secret

    @cached_property
    def calls(self) -> list[Call]:
        """In the order in which they began."""
        random, apart = self.random("calls"), timedelta(days=DAYS) / self.number
        running = min(RUNNING, self.number // 10)
        return [
            self._call(FIRST + place, self.now - apart * (self.number - place), random, place >= self.number - running)
            for place in range(self.number)
        ]

    def _call(self, pk: int, began: datetime, random: Random, is_running: bool) -> Call:
        return Call(
            pk,
            str(UUID(int=random.getrandbits(128))),
            self.now - timedelta(minutes=random.uniform(1, 20)) if is_running else began,
            random.randint(60, 300),
            skewed(self.customers, random),
            self.assistants[0] if random.random() < 0.6 else random.choice(self.assistants),
            is_running,
        )

    @cached_property
    def tools(self) -> list[ToolCall]:
        """Three in two calls; most of them about a ticket."""
        random = self.random("tools")
        found: list[ToolCall] = []
        names = random.choices(list(TOOLS), weights=list(TOOLS.values()), k=2 * self.number)
        for place, call in enumerate(self.calls):
            for name in names[2 * place : 2 * place + random.choice((1, 2))]:
                ticket = skewed(self.tickets, random, 1.5) if random.random() < 0.8 else None
                at = call.at(random.uniform(5, 50))
                found.append(ToolCall(FIRST + len(found), call, name, ticket, at, random.random() < 0.04))
        return found


def skewed(among: range, random: Random, power: float = SKEW) -> int:
    return among[int(len(among) * random.random() ** power)]
