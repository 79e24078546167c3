"""Calls that all begin at their appointed time, however slow the answers are; latency counts from that time."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass

import httpx

from calls.answers.ledger import CHECKING, IN_PROGRESS
from sandbox.vapi.control import ControlPort
from tests.slow_systems.asking import signed, told, tool_call
from tests.slow_systems.far_crm import FarCrm

FOLLOWS = (CHECKING, str(IN_PROGRESS.result), "The ticket is being opened.")
LOOKED_AT_EVERY_S = 0.02


@dataclass
class Asked:
    """One tool call. `answer`: a part of what the caller is to hear in the end. Times in ms from when it was due."""

    tool: str
    call_id: str
    answer: str
    issue: str = ""
    acknowledged_ms: float = 0.0
    told: str = ""
    arrived_ms: float | None = None

    @property
    def follows(self) -> bool:
        """It was told that its answer comes later."""
        return self.told.startswith(FOLLOWS)


@dataclass
class Load:
    """`calls` begin within `over_s`; each looks a ticket up, and opens one `pause_s` later."""

    crm: FarCrm
    vapi: ControlPort
    calls: int
    over_s: float
    pause_s: float
    patience_s: float

    def place(self) -> list[Asked]:
        return asyncio.run(self._place([self._plant() for _ in range(self.calls)]))

    def _plant(self) -> tuple[str, str]:
        """A ticket that only the CRM knows, of somebody it alone knows: (number, subject)."""
        name = uuid.uuid4().hex[:12]
        somebody = self.crm.plant(user={"name": name, "email": f"{name}@example.com"})
        return self.crm.plant(ticket={"subject": f"Kettle {name}", "requester_id": somebody}), f"Kettle {name}"

    async def _place(self, tickets: list[tuple[str, str]]) -> list[Asked]:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=self.calls)
        async with httpx.AsyncClient(trust_env=False, limits=limits, timeout=30) as client:
            begins = time.monotonic() + 0.5
            spacing_s = self.over_s / self.calls
            placed = [self._call(client, begins + n * spacing_s, *ticket) for n, ticket in enumerate(tickets)]
            pairs = await asyncio.gather(*placed)
        return [asked for pair in pairs for asked in pair]

    async def _call(self, client: httpx.AsyncClient, at: float, number: str, subject: str) -> list[Asked]:
        call_id = str(uuid.uuid4())
        where = self.vapi.begin(call_id)
        lookup = tool_call("getTicketDetails", call_id=call_id, control_url=where, ticketId=number)
        create = tool_call("createTicket", call_id=call_id, control_url=where, issue=f"Bench of {subject}")
        found = Asked("lookup", call_id, subject)
        opened = Asked("create", call_id, "The ticket is open now.", issue=f"Bench of {subject}")
        asking = self._ask(client, lookup, found, at), self._ask(client, create, opened, at + self.pause_s)
        await asyncio.gather(*asking)
        return [found, opened]

    async def _ask(self, client: httpx.AsyncClient, body: bytes, asked: Asked, at: float) -> None:
        headers = signed(self.crm.stack, body)
        await asyncio.sleep(at - time.monotonic())
        asked.told = told(await client.post(f"{self.crm.stack.address}/webhook/vapi", content=body, headers=headers))
        asked.acknowledged_ms = (time.monotonic() - at) * 1000
        while asked.follows and not self.heard(asked) and time.monotonic() < at + self.patience_s:  # noqa: ASYNC110  another thread hears it
            await asyncio.sleep(LOOKED_AT_EVERY_S)
        asked.arrived_ms = (time.monotonic() - at) * 1000 if self.heard(asked) else None

    def heard(self, asked: Asked) -> int:
        """How often it was said into the running call."""
        inbox = list(self.vapi.heard[asked.call_id])
        return sum(asked.answer in str(one["message"]["content"]) for one in inbox)
